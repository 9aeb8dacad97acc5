/** Fairness of a split (Jain, Chiu and Hawe, 1984). */
import { statsErrors } from './errors.ts';

/**
 * (sum of x)^2 / (n * sum of x^2): 1 when all shares are equal, 1/n when one gets everything. To judge a weighted
 * split, pass each share divided by its weight.
 * @throws StatsError when there is no share, all are 0, or one is negative.
 */
export function jainIndex(shares: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const share of shares) {
    if (!(share >= 0)) throw statsErrors.outOfRange('a share', share, 0, Number.MAX_VALUE);
    sum += share;
    squares += share * share;
  }
  if (sum === 0) throw statsErrors.empty('the Jain index');
  return (sum * sum) / (shares.length * squares);
}
