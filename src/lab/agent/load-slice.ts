/** From the load pool's measurement to a slice's record. Pure. */
import { type SliceLoad, totalErrors } from '../../load/index.ts';
import { percentile, toSparse, totalCount } from '../../stats/index.ts';
import type { Measure, Point } from '../records.ts';
import type { SliceBody } from './context.ts';

function busiestShare(load: SliceLoad): number {
  return Math.max(0, ...load.generators.map(({ cpuNs, durationNs }) => (durationNs > 0 ? cpuNs / durationNs : 0)));
}

export function loadSlice(arm: string, measure: Measure, point: Point, load: SliceLoad): SliceBody {
  const isOpen = totalCount(load.lateness) > 0;
  return {
    arm,
    measure,
    point,
    startedAtNs: load.startedAtNs,
    durationNs: load.durationNs,
    samples: load.requests,
    values: {
      ratePerSec: load.ratePerSec,
      errors: totalErrors(load.errors),
      cpuShare: busiestShare(load),
      ...(isOpen
        ? {
            latenessP99Ns: percentile(load.lateness, 0.99),
            queuedArrivals: load.queuedArrivals,
            droppedArrivals: load.droppedArrivals,
          }
        : {}),
    },
    latency: toSparse(load.response),
    ...(isOpen ? { lateness: toSparse(load.lateness) } : {}),
    validity: load.validity,
  };
}
