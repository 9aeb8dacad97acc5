/** Arrays that say what has been checked: not empty, all finite, sorted once and never again. */
import { statsErrors } from './errors.ts';

declare const sortedBrand: unique symbol;

export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** At least one value, all finite, ascending. */
export type SortedSamples = NonEmpty<number> & { readonly [sortedBrand]: true };

export function isNonEmpty<Item>(items: readonly Item[]): items is NonEmpty<Item> {
  return items.length > 0;
}

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

/** Quantile with linear interpolation between order statistics (Hyndman and Fan's type 7, the default of R). */
export function quantileOf(samples: SortedSamples, quantile: number): number {
  if (!(quantile >= 0 && quantile <= 1)) throw statsErrors.quantileOutOfRange(quantile);
  const place = quantile * (samples.length - 1);
  const below = Math.floor(place);
  const low = orderStatistic(samples, below + 1);
  return low + (place - below) * (orderStatistic(samples, below + 2) - low);
}
