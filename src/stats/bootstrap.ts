/** Seeded bootstrap: how far would an estimate move if other slices had been measured? */
import { statsErrors } from './errors.ts';
import { nominalConfidence } from './figure.ts';
import { normalCdf, studentQuantile } from './normal.ts';
import type { Random } from './random.ts';
import { orderStatistic, type SortedSamples } from './samples.ts';

/** Enough that the ends of a 95 % interval move by about a tenth of its width from seed to seed. */
export const defaultResamples = 500;

/** From this many values on, a bootstrap interval covers about what it promises; below, use their range. */
export const bootstrapMinimum = 6;

/** How often each of `n` values occurs in one resample of size `n` with replacement. */
export function drawMultiplicities(n: number, random: Random): Uint32Array {
  const times = new Uint32Array(n);
  for (let draw = 0; draw < n; draw += 1) {
    const pick = Math.floor(random.next() * n);
    times[pick] = (times[pick] ?? 0) + 1;
  }
  return times;
}

/** One resample of size `items.length` with replacement. */
export function resample<Item>(items: readonly Item[], random: Random): Item[] {
  return items.map((item) => items[Math.floor(random.next() * items.length)] ?? item);
}

/**
 * The ends of the percentile interval among the sorted estimates of all resamples, for estimates made from `n`
 * values each. It is expanded for small `n` (Hesterberg 2015, section 4.2): a plain percentile interval is too
 * narrow by sqrt((n - 1) / n) and by the ratio of normal to Student quantiles.
 * @throws StatsError for fewer than 3 values
 */
export function percentileInterval(
  estimates: SortedSamples,
  n: number,
): { readonly low: number; readonly high: number } {
  if (n < 3) throw statsErrors.outOfRange('values of a bootstrap', n, 3, Number.MAX_SAFE_INTEGER);
  const student = studentQuantile((1 - nominalConfidence) / 2, n - 1);
  const tail = normalCdf(Math.sqrt(n / (n - 1)) * student);
  const rank = Math.max(1, Math.floor(tail * (estimates.length + 1)));
  return { low: orderStatistic(estimates, rank), high: orderStatistic(estimates, estimates.length + 1 - rank) };
}

/** Confidence that the range of `n` independent values holds their true median. */
export function rangeConfidence(n: number): number {
  return 1 - 2 ** (1 - n);
}
