/** One replay in a few figures: a row of the table that compares policies. */
import type { TargetWorkload } from '../plugins/gpu-sharing/fragmentation.ts';
import { allocationCurve, type CurvePoint, curveAt } from './allocation-curve.ts';
import { type Preemptions, preemptionsOf } from './preemptions.ts';
import type { ReplayLog } from './replay-log.ts';
import { type UtilizationSpan, utilizationOverTime } from './utilization.ts';
import { summarizeWaits, type WaitSummary, waitingOf } from './waiting.ts';

export interface ReplaySummary {
  /** Bindings, those of pods that came back after a preemption included. */
  readonly bindings: number;
  readonly stillWaiting: number;
  readonly gaveUp: number;
  /** Once as much has arrived as the cluster has GPUs; undefined when less has. */
  readonly atCapacity?: CurvePoint;
  /** After the last arrival; undefined for a cluster without GPUs. */
  readonly atEnd?: CurvePoint;
  readonly waits?: WaitSummary;
  /** Over the whole replay; undefined for one that took no time. */
  readonly mean?: UtilizationSpan;
  readonly preemptions: Preemptions;
}

export function summarizeReplay(log: ReplayLog, workload: TargetWorkload): ReplaySummary {
  const curve = allocationCurve(log, workload);
  const atEnd = curve.at(-1);
  const atCapacity = atEnd !== undefined && atEnd.arrivedPercent >= 100 ? curveAt(curve, 100) : undefined;
  const { waitsNs, stillWaiting, gaveUp } = waitingOf(log);
  const waits = summarizeWaits(waitsNs);
  const [mean] = utilizationOverTime(log, 1);
  return {
    bindings: waitsNs.length,
    stillWaiting,
    gaveUp,
    ...(atCapacity === undefined ? {} : { atCapacity }),
    ...(atEnd === undefined ? {} : { atEnd }),
    ...(waits === undefined ? {} : { waits }),
    ...(mean === undefined ? {} : { mean }),
    preemptions: preemptionsOf(log),
  };
}
