/** Pearson's chi-square test: could these counts have come about by chance from the expected split? */
import { statsErrors } from './errors.ts';
import { upperGamma } from './gamma.ts';

export interface ChiSquare {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /**
   * Chance of a split at least this uneven when each request picks its backend independently with the expected
   * shares. Near 1: more even than chance, as round robin is. The approximation wants 5 or more expected per cell.
   */
  readonly pValue: number;
}

/**
 * @param weights expected shares up to a common factor; equal when left out
 * @throws StatsError when lengths differ, fewer than 2 cells are given, or a weight is not above 0
 */
export function chiSquare(counts: readonly number[], weights: readonly number[] = counts.map(() => 1)): ChiSquare {
  if (weights.length !== counts.length) throw statsErrors.lengthMismatch('weights', weights.length, counts.length);
  if (counts.length < 2) throw statsErrors.outOfRange('the number of cells', counts.length, 2, Number.MAX_SAFE_INTEGER);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) throw statsErrors.empty('a chi-square test');
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  let statistic = 0;
  for (const [cell, count] of counts.entries()) {
    const weight = weights[cell] ?? 0;
    if (!(weight > 0)) throw statsErrors.notPositive('an expected share', weight);
    const expected = (total * weight) / totalWeight;
    statistic += (count - expected) ** 2 / expected;
  }
  const degreesOfFreedom = counts.length - 1;
  return { statistic, degreesOfFreedom, pValue: upperGamma(degreesOfFreedom / 2, statistic / 2) };
}
