/** Hodges-Lehmann location estimate with the interval that inverts the Wilcoxon signed-rank test. */
import { type Figure, nominalConfidence, type Unit } from './figure.ts';
import { orderStatistic, type SortedSamples, sortedSamples } from './samples.ts';
import { walshRank } from './signed-rank.ts';

/**
 * The centre of `values` (the median of the means of all pairs of them, each value with itself included). Assumes
 * that the values are independent and symmetric about their centre, as differences between two interleaved arms
 * are; a few wild values hardly move it. With fewer than 6 values see `Figure.confidence`.
 * @param asked the confidence that the interval is to have
 * @throws StatsError without values, or with one that is not finite.
 */
export function hodgesLehmann(values: Iterable<number>, unit: Unit, asked = nominalConfidence): Figure {
  const samples = sortedSamples(values, 'a Hodges-Lehmann estimate');
  const n = samples.length;
  const averages = (n * (n + 1)) / 2;
  const { rank, confidence } = walshRank(n, asked);
  const middle = Math.floor((averages + 1) / 2);
  return {
    estimate: (walshAverage(samples, middle) + walshAverage(samples, averages + 1 - middle)) / 2,
    low: walshAverage(samples, rank),
    high: walshAverage(samples, averages + 1 - rank),
    confidence,
    n,
    unit,
  };
}

/**
 * The Walsh average (mean of two values, or a value with itself) of rank `rank`, from 1. Found by bisection on the
 * value, counting in O(n) how many averages lie at or below, so that memory stays O(n).
 */
export function walshAverage(samples: SortedSamples, rank: number): number {
  let low = samples[0];
  let high = orderStatistic(samples, samples.length);
  if (countAtOrBelow(samples, low) >= rank) return low;
  // Ends when no double lies between: `high` is then the smallest double that `rank` averages do not exceed.
  for (;;) {
    const between = low + (high - low) / 2;
    if (between <= low || between >= high) return high;
    if (countAtOrBelow(samples, between) >= rank) high = between;
    else low = between;
  }
}

/** How many averages (x_i + x_j) / 2 with i <= j are at most `limit`. Two pointers: as i rises, j falls. */
function countAtOrBelow(samples: SortedSamples, limit: number): number {
  let count = 0;
  let last = samples.length - 1;
  for (const [first, value] of samples.entries()) {
    while (last >= first && (value + (samples[last] ?? value)) / 2 > limit) last -= 1;
    if (last < first) break;
    count += last - first + 1;
  }
  return count;
}
