/** Arrays that say what has been checked: not empty, all finite, sorted once and never again. */
import { statsErrors } from './errors.ts';

declare const sortedBrand: unique symbol;

export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** At least one value, all finite, ascending. */
export type SortedSamples = NonEmpty<number> & { readonly [sortedBrand]: true };

/** @throws StatsError when there is no value, or one that is not finite. `what` names them in the message. */
export function sortedSamples(values: Iterable<number>, what = 'a sample'): SortedSamples {
  const sorted = Float64Array.from(values).sort();
  for (const value of sorted) {
    if (!Number.isFinite(value)) throw statsErrors.notFinite(what, value);
  }
  if (sorted.length === 0) throw statsErrors.empty(what);
  return Array.from(sorted) as unknown as SortedSamples;
}

/** The value of rank `rank`, from 1; ranks outside the sample give its ends. */
export function orderStatistic(samples: SortedSamples, rank: number): number {
  return samples[Math.min(samples.length, Math.max(1, rank)) - 1] ?? samples[0];
}

/** The middle value, or the mean of the two in the middle. */
export function median(samples: SortedSamples): number {
  const half = samples.length / 2;
  return (orderStatistic(samples, Math.floor(half + 0.5)) + orderStatistic(samples, Math.floor(half) + 1)) / 2;
}
