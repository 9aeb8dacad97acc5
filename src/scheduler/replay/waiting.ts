/** How long pods had to wait for their node. */
import { orderStatistic, sortedSamples } from '../../stats/samples.ts';
import type { ReplayLog } from './replay-log.ts';

export interface Waiting {
  /** From each arrival to the binding that followed it, in the order of the bindings. */
  readonly waitsNs: readonly number[];
  /** Pods that left without ever having had a node. */
  readonly gaveUp: number;
  /** Pods that are without a node at the end. */
  readonly stillWaiting: number;
}

export function waitingOf({ records }: ReplayLog): Waiting {
  const arrivedNs = new Map<string, number>();
  const waitsNs: number[] = [];
  let gaveUp = 0;
  for (const record of records) {
    const sinceNs = arrivedNs.get(record.pod);
    if (record.kind === 'arrived') arrivedNs.set(record.pod, record.timeNs);
    else if (sinceNs !== undefined) {
      arrivedNs.delete(record.pod);
      if (record.kind === 'bound') waitsNs.push(record.timeNs - sinceNs);
      else gaveUp += 1;
    }
  }
  return { waitsNs, gaveUp, stillWaiting: arrivedNs.size };
}

export interface WaitSummary {
  readonly meanNs: number;
  readonly p50Ns: number;
  readonly p90Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}

/** Of the pods that got a node; undefined when none did. Who never got one is not in it, however long it waited. */
export function summarizeWaits(waitsNs: readonly number[]): WaitSummary | undefined {
  if (waitsNs.length === 0) return undefined;
  const sorted = sortedSamples(waitsNs, 'waiting times');
  const at = (share: number): number => orderStatistic(sorted, Math.ceil(share * sorted.length));
  return {
    meanNs: waitsNs.reduce((a, b) => a + b, 0) / waitsNs.length,
    p50Ns: at(0.5),
    p90Ns: at(0.9),
    p99Ns: at(0.99),
    maxNs: at(1),
  };
}
