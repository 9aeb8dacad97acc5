/** Percentiles over all slices, with intervals from a bootstrap over whole slices: requests of a slice are not independent. */
import {
  bootstrapMinimum,
  defaultResamples,
  drawMultiplicities,
  percentileInterval,
  rangeConfidence,
} from './bootstrap.ts';
import { type CompactCounts, denseOf } from './compact-histogram.ts';
import { type Figure, nominalConfidence } from './figure.ts';
import type { HistogramBlocks } from './histogram-blocks.ts';
import { interpolateNs, percentile } from './percentiles.ts';
import type { Random } from './random.ts';
import { type SortedSamples, sortedSamples } from './samples.ts';

/**
 * The percentiles of the merged histogram, in the order of `quantiles` (ascending). With fewer than
 * `bootstrapMinimum` slices the interval is the range of the single slices' percentiles (see `Figure.confidence`).
 * Empty when there is no slice.
 */
export function percentileFigures(
  slices: HistogramBlocks,
  quantiles: readonly number[],
  random: Random,
  resamples = defaultResamples,
): Figure[] {
  const total = slices.total();
  if (total === undefined) return [];
  const { blocks } = slices;
  const exact = blocks.length < bootstrapMinimum;
  const spread = exact ? ownPercentiles(blocks, quantiles) : resampledPercentiles(blocks, quantiles, random, resamples);
  return quantiles.map((quantile, place) => {
    const estimate = percentile(total, quantile);
    const values = spread[place] ?? sortedSamples([estimate]);
    const { low, high } = exact
      ? { low: values[0], high: values.at(-1) ?? values[0] }
      : percentileInterval(values, blocks.length);
    return {
      estimate,
      low: Math.min(low, estimate),
      high: Math.max(high, estimate),
      confidence: exact ? rangeConfidence(blocks.length) : nominalConfidence,
      n: slices.slices,
      unit: 'ns',
    };
  });
}

function ownPercentiles(blocks: readonly CompactCounts[], quantiles: readonly number[]): SortedSamples[] {
  const dense = blocks.map((block) => denseOf([block]));
  return quantiles.map((quantile) => sortedSamples(dense.map((counts) => percentile(counts, quantile))));
}

/** Sorted bootstrap estimates per quantile. Blocks are laid out over the buckets that any of them uses. */
function resampledPercentiles(
  blocks: readonly CompactCounts[],
  quantiles: readonly number[],
  random: Random,
  resamples: number,
): SortedSamples[] {
  const buckets = [...new Set(blocks.flatMap((block) => [...block.indices]))].sort((a, b) => a - b);
  const column = new Map(buckets.map((index, place) => [index, place]));
  const rows = blocks.map((block) => {
    const row = new Float64Array(buckets.length);
    for (const [place, index] of block.indices.entries()) row[column.get(index) ?? 0] = block.counts[place] ?? 0;
    return row;
  });
  const estimates = quantiles.map(() => new Float64Array(resamples));
  const sums = new Float64Array(buckets.length);
  for (let draw = 0; draw < resamples; draw += 1) {
    sumRows(sums, rows, drawMultiplicities(rows.length, random));
    const values = percentilesOf(sums, buckets, quantiles);
    for (const [place, value] of values.entries()) {
      const row = estimates[place];
      if (row !== undefined) row[draw] = value;
    }
  }
  return estimates.map((row) => sortedSamples(row));
}

function sumRows(sums: Float64Array, rows: readonly Float64Array[], times: Uint32Array): void {
  sums.fill(0);
  for (const [place, row] of rows.entries()) {
    const factor = times[place] ?? 0;
    if (factor === 0) continue;
    for (let bucket = 0; bucket < sums.length; bucket += 1)
      sums[bucket] = (sums[bucket] ?? 0) + factor * (row[bucket] ?? 0);
  }
}

/** As `percentile`, for several ascending quantiles in one walk over the buckets in use. */
function percentilesOf(sums: Float64Array, buckets: readonly number[], quantiles: readonly number[]): number[] {
  let total = 0;
  for (const count of sums) total += count;
  let place = 0;
  let below = 0;
  return quantiles.map((quantile) => {
    const rank = quantile * total;
    for (; place < sums.length - 1; place += 1) {
      const count = sums[place] ?? 0;
      if (count > 0 && below + count >= rank) break;
      below += count;
    }
    return interpolateNs(buckets[place] ?? 0, (rank - below) / (sums[place] || 1));
  });
}
