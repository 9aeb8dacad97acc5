/** What preemption has cost. */
import { totalGpuMilli } from '../plugins/gpu-sharing/gpu-task.ts';
import { Ledger } from './ledger.ts';
import type { ReplayLog } from './replay-log.ts';

export interface Preemptions {
  readonly count: number;
  /** How long the preempted pods had run, times the GPUs that they had: work that is lost unless it was saved. */
  readonly lostGpuSeconds: number;
}

export function preemptionsOf({ nodes, records }: ReplayLog): Preemptions {
  const ledger = new Ledger(nodes);
  let count = 0;
  let lostGpuSeconds = 0;
  for (const record of records) {
    const pod = ledger.pod(record.pod);
    ledger.apply(record);
    if (record.kind !== 'preempted' || pod === undefined) continue;
    count += 1;
    const ranNs = record.timeNs - (pod.bound?.timeNs ?? record.timeNs);
    lostGpuSeconds += (ranNs / 1e9) * (totalGpuMilli(pod.task) / 1000);
  }
  return { count, lostGpuSeconds };
}
