/**
 * How much of the cluster's GPUs is given out, and how much of the rest is fragmented, while demand arrives: the
 * curves of Weng et al., USENIX ATC 2023 (figures 7 and 9 plot them over arrived workload).
 */
import { expectedFragment, type TargetWorkload } from '../plugins/gpu-sharing/fragmentation.ts';
import { Ledger } from './ledger.ts';
import type { ReplayLog } from './replay-log.ts';

/** The mean over all arrivals that round to the same percentage. */
export interface CurvePoint {
  /** Demand of all pods that have arrived so far, in whole percent of the GPUs of the cluster. */
  readonly arrivedPercent: number;
  /** Allocation ratio: GPUs given out, in percent of all. The ideal is arrivedPercent, up to 100. */
  readonly allocatedPercent: number;
  /** Fragmentation ratio: expected fragments, in percent of what is not given out; 0 where all is. */
  readonly fragmentedPercent: number;
  /** The same fragments, in percent of all GPUs. */
  readonly fragmentedOfAllPercent: number;
}

/** Empty for a cluster without GPUs. */
export function allocationCurve({ nodes, records }: ReplayLog, workload: TargetWorkload): CurvePoint[] {
  const ledger = new Ledger(nodes);
  const capacity = ledger.capacity.gpuMilli;
  if (capacity === 0) return [];
  const fragments = ledger.nodes.map((node) => expectedFragment(node, workload));
  let fragmented = fragments.reduce((a, b) => a + b, 0);
  const changed = new Set<number>();
  const sums = new Map<number, { count: number; allocated: number; ratio: number; ofAll: number }>();

  /** What has become of an arrival shows just before the next one. */
  const sample = (): void => {
    for (const place of changed) {
      const fragment = expectedFragment(ledger.nodes[place] as (typeof ledger.nodes)[number], workload);
      fragmented += fragment - (fragments[place] as number);
      fragments[place] = fragment;
    }
    changed.clear();
    const percent = Math.round((100 * ledger.arrivedGpuMilli) / capacity);
    const sum = sums.get(percent) ?? { count: 0, allocated: 0, ratio: 0, ofAll: 0 };
    const free = capacity - ledger.allocated.gpuMilli;
    sum.count += 1;
    sum.allocated += (100 * ledger.allocated.gpuMilli) / capacity;
    sum.ratio += free === 0 ? 0 : (100 * fragmented) / free;
    sum.ofAll += (100 * fragmented) / capacity;
    sums.set(percent, sum);
  };

  let hasArrival = false;
  for (const record of records) {
    if (record.kind === 'arrived') {
      if (hasArrival) sample();
      hasArrival = true;
    }
    const place = ledger.apply(record);
    if (place !== undefined) changed.add(place);
  }
  if (hasArrival) sample();
  return [...sums].map(([arrivedPercent, { count, allocated, ratio, ofAll }]) => ({
    arrivedPercent,
    allocatedPercent: allocated / count,
    fragmentedPercent: ratio / count,
    fragmentedOfAllPercent: ofAll / count,
  }));
}

/** The last point up to a percentage; undefined before the first. */
export function curveAt(curve: readonly CurvePoint[], arrivedPercent: number): CurvePoint | undefined {
  return curve.findLast((point) => point.arrivedPercent <= arrivedPercent);
}
