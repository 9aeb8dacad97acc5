/** How full the cluster is over time. */
import { Ledger } from './ledger.ts';
import type { ReplayLog } from './replay-log.ts';

/** Means over a span of time, weighted by how long each state lasted. Shares are of the capacity; 0 of none. */
export interface UtilizationSpan {
  readonly fromNs: number;
  readonly toNs: number;
  /** What running pods ask for, not what they would use. */
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
  readonly runningPods: number;
  readonly waitingPods: number;
}

const measures = ['cpu', 'memory', 'gpu', 'runningPods', 'waitingPods'] as const;
type Levels = Record<(typeof measures)[number], number>;

/** Spans of the same length from the beginning to the end; none for a replay that took no time. */
export function utilizationOverTime({ nodes, records, endNs }: ReplayLog, spans: number): UtilizationSpan[] {
  if (!(endNs > 0)) return [];
  const ledger = new Ledger(nodes);
  const lengthNs = endNs / spans;
  const sums = Array.from({ length: spans }, (): Levels => levels(() => 0));
  let nowNs = 0;
  let span = 0;
  const goTo = (timeNs: number): void => {
    const current = levelsOf(ledger);
    while (nowNs < timeNs) {
      const spanEndNs = span === spans - 1 ? Number.POSITIVE_INFINITY : (span + 1) * lengthNs;
      const untilNs = Math.min(timeNs, spanEndNs);
      const sum = sums[span] as Levels;
      for (const measure of measures) sum[measure] += current[measure] * (untilNs - nowNs);
      nowNs = untilNs;
      if (nowNs === spanEndNs) span += 1;
    }
  };
  for (const record of records) {
    goTo(record.timeNs);
    ledger.apply(record);
  }
  goTo(endNs);
  return sums.map((sum, place) => ({
    fromNs: place * lengthNs,
    toNs: (place + 1) * lengthNs,
    ...levels((measure) => sum[measure] / lengthNs),
  }));
}

function levels(of: (measure: (typeof measures)[number]) => number): Levels {
  const [cpu, memory, gpu, runningPods, waitingPods] = measures.map(of) as [number, number, number, number, number];
  return { cpu, memory, gpu, runningPods, waitingPods };
}

function levelsOf({ allocated, capacity, boundPods, waitingPods }: Ledger): Levels {
  const share = (amount: number, all: number): number => (all === 0 ? 0 : amount / all);
  return {
    cpu: share(allocated.cpuMilli, capacity.cpuMilli),
    memory: share(allocated.memoryMib, capacity.memoryMib),
    gpu: share(allocated.gpuMilli, capacity.gpuMilli),
    runningPods: boundPods,
    waitingPods,
  };
}
