/** Scheduling slices that nobody measured: known rates, noise common to a round, and a little of its own. */
import type { ResultRecord, SchedulingRecord } from '../../src/lab/records.ts';
import type { SchedulingSlice } from '../../src/lab/scheduling/slice.ts';
import { bucketCount, bucketIndex } from '../../src/stats/histogram.ts';
import { createLabelledRandom } from '../../src/stats/random.ts';
import { toSparse } from '../../src/stats/sparse-histogram.ts';

/** One slice that bound 9 of 10 pods in 1 ms. */
export const schedulingSlice: SchedulingSlice = {
  startedAtNs: 1000,
  durationNs: 1e6,
  nodes: 4,
  pods: 10,
  bound: 9,
  pending: 1,
  attempts: 10,
  latency: { layout: 'log-linear-7', buckets: [[100, 10]] },
};

export interface SyntheticProfile {
  readonly podsPerSec: number;
  readonly pending: number;
}

/** What is true of each profile, before any noise. */
export const schedulingTruth: Readonly<Record<string, SyntheticProfile>> = {
  default: { podsPerSec: 20_000, pending: 20 },
  'most-allocated': { podsPerSec: 19_000, pending: 0 },
  'no-scoring': { podsPerSec: 50_000, pending: 40 },
};

export interface SyntheticScheduling {
  readonly rounds?: number;
  readonly truth?: Readonly<Record<string, SyntheticProfile>>;
  /** Deviation of a slice from its round, as a share. */
  readonly noise?: number;
}

export function syntheticScheduling(options: SyntheticScheduling = {}): SchedulingRecord[] {
  const { rounds = 8, truth = schedulingTruth, noise = 0.03 } = options;
  const [nodes, pods] = [100, 1000];
  return Array.from({ length: rounds }, (_, round) => {
    const random = createLabelledRandom(8, `synthetic-scheduling/${round}`);
    const drift = 1 + 0.3 * random.next();
    return Object.entries(truth).map(([profile, { podsPerSec, pending }], order): SchedulingRecord => {
      const own = 1 + noise * (2 * random.next() - 1);
      const bound = pods - pending;
      const durationNs = Math.round((bound / podsPerSec) * drift * own * 1e9);
      const counts = new Float64Array(bucketCount);
      for (let attempt = 0; attempt < pods; attempt += 1) {
        const index = bucketIndex((durationNs / pods) * (0.5 + random.next()));
        counts[index] = (counts[index] ?? 0) + 1;
      }
      const startedAtNs = 1e12 + (round * 10 + order) * 1e9;
      const common = { type: 'scheduling', profile, round, order, startedAtNs, durationNs, nodes, pods } as const;
      return { ...common, bound, pending, attempts: pods, latency: toSparse(counts) };
    });
  }).flat();
}

/** `records` with scheduling slices where a run has them: before its end. */
export function withScheduling(
  records: Iterable<ResultRecord>,
  slices: readonly SchedulingRecord[] = syntheticScheduling(),
): ResultRecord[] {
  const all = [...records];
  const end = all.findIndex(({ type }) => type === 'end');
  return end === -1 ? [...all, ...slices] : [...all.slice(0, end), ...slices, ...all.slice(end)];
}
