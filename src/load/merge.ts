/** One measurement from those of several generators. Pure. */
import type { LoadResult } from '../../native/traffic/index.ts';
import { createHistogram, type HistogramCounts, mergeInto } from '../stats/index.ts';
import type { GeneratorLoad, SliceMeasurement } from './slice.ts';

/** What the pool has of each generator when a slice is over. */
export interface GeneratorOutcome {
  readonly load: GeneratorLoad;
  readonly response: HistogramCounts;
  readonly service: HistogramCounts;
  readonly lateness: HistogramCounts;
}

/** Counts and histograms are added; each generator's rate is taken over its own window. */
export function mergeOutcomes(outcomes: readonly GeneratorOutcome[], stealShare: number): SliceMeasurement {
  const generators = outcomes.map((outcome) => outcome.load);
  const sum = (amount: (load: LoadResult) => number): number =>
    generators.reduce((total, load) => total + amount(load), 0);
  const merged = (kind: 'response' | 'service' | 'lateness'): HistogramCounts => {
    const counts = createHistogram();
    for (const outcome of outcomes) mergeInto(counts, outcome[kind]);
    return counts;
  };
  return {
    requests: sum((load) => load.requests),
    errors: {
      connect: sum((load) => load.errors.connect),
      reset: sum((load) => load.errors.reset),
      timeout: sum((load) => load.errors.timeout),
      short: sum((load) => load.errors.short),
      status: sum((load) => load.errors.status),
    },
    queuedArrivals: sum((load) => load.queuedArrivals),
    droppedArrivals: sum((load) => load.droppedArrivals),
    startedAtNs: Math.min(...generators.map((load) => load.startedAtNs)),
    durationNs: Math.max(...generators.map((load) => load.durationNs)),
    ratePerSec: sum((load) => (load.durationNs > 0 ? (load.requests / load.durationNs) * 1e9 : 0)),
    response: merged('response'),
    service: merged('service'),
    lateness: merged('lateness'),
    generators,
    stealShare,
  };
}
