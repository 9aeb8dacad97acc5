/** The median with a distribution-free interval: two order statistics, chosen by the exact binomial distribution. */
import { type Figure, nominalConfidence, type Unit } from './figure.ts';
import { logGamma } from './gamma.ts';
import { median, orderStatistic, sortedSamples } from './samples.ts';

/**
 * Median of `values` with its interval. Assumes independent values and nothing else. Fewer than 6 values cannot
 * give 95 %: the interval is then their range, and `confidence` says what that is worth (0 for a single value).
 * @throws StatsError without values, or with one that is not finite.
 */
export function medianFigure(values: Iterable<number>, unit: Unit): Figure {
  const samples = sortedSamples(values, 'a median');
  const { rank, confidence } = medianRank(samples.length);
  return {
    estimate: median(samples),
    low: orderStatistic(samples, rank),
    high: orderStatistic(samples, samples.length + 1 - rank),
    confidence,
    n: samples.length,
    unit,
  };
}

/**
 * The interval is from the value of this rank to that of the same rank from above. The rank is the largest whose
 * interval still reaches the nominal confidence, at least 1.
 */
export function medianRank(n: number): { readonly rank: number; readonly confidence: number } {
  const logTotal = logGamma(n + 1) - n * Math.LN2;
  let rank = 1;
  let confidence = 1;
  let below = 0;
  for (let successes = 0; successes < n / 2; successes += 1) {
    below += Math.exp(logTotal - logGamma(successes + 1) - logGamma(n - successes + 1));
    const reached = Math.max(0, 1 - 2 * below);
    if (successes > 0 && reached < nominalConfidence) break;
    rank = successes + 1;
    confidence = reached;
  }
  return { rank, confidence };
}
