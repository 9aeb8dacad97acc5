/** SchedulingThroughput as scheduler_perf samples it (util.go, throughputCollector): pure, over what was seen when. */

/** scheduler_perf looks once a second. */
export const samplingIntervalMs = 1_000;

/** How many pods had been scheduled when the sampler looked. */
export interface Observation {
  readonly timeMs: number;
  readonly scheduled: number;
}

/** The rate since the sample before, and the time and count that it was taken at. */
export interface ThroughputSample extends Observation {
  readonly podsPerSec: number;
  /** How many intervals it covers: those without a new pod are no samples of 0, but widen the next one. */
  readonly intervals: number;
}

/**
 * The first observation that sees a pod only starts the clock: pods and sampler do not begin together. Therefore a
 * run shorter than two intervals has no sample at all, and one whose last pods come after the last look loses them.
 */
export function throughputSamples(observations: readonly Observation[]): ThroughputSample[] {
  const samples: ThroughputSample[] = [];
  let last: Observation | undefined;
  let skipped = 0;
  for (const { timeMs, scheduled } of observations) {
    if (scheduled === 0) continue;
    if (last === undefined) {
      last = { timeMs, scheduled };
      continue;
    }
    const added = scheduled - last.scheduled;
    if (added === 0) {
      skipped += 1;
      continue;
    }
    const podsPerSec = added / ((timeMs - last.timeMs) / 1_000);
    samples.push({ timeMs, scheduled, podsPerSec, intervals: skipped + 1 });
    last = { timeMs, scheduled };
    skipped = 0;
  }
  return samples;
}

/** Each rate as often as it covers intervals: what averages and percentiles are taken over. */
export function repeatedRates(samples: readonly ThroughputSample[]): number[] {
  return samples.flatMap(({ podsPerSec, intervals }) => Array.from({ length: intervals }, () => podsPerSec));
}
