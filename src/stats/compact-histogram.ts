/** A histogram in as little memory as it can be kept in: 10 bytes for each bucket in use. */
import { statsErrors } from './errors.ts';
import { bucketCount, type HistogramCounts } from './histogram.ts';
import { interpolateNs } from './percentiles.ts';
import type { SparseCounts } from './sparse-histogram.ts';

/** Buckets in use, ascending, and the samples in each. */
export interface CompactCounts {
  readonly indices: Uint16Array;
  readonly counts: Float64Array;
}

/** @throws StatsError on a bucket outside the layout. */
export function compactSparse({ buckets }: SparseCounts): CompactCounts {
  const indices = new Uint16Array(buckets.length);
  const counts = new Float64Array(buckets.length);
  for (let place = 0; place < buckets.length; place += 1) {
    const [index, count] = buckets[place] ?? [0, 0];
    if (!(Number.isInteger(index) && index >= 0 && index < bucketCount)) {
      throw statsErrors.bucketOutOfRange(index, bucketCount);
    }
    indices[place] = index;
    counts[place] = count;
  }
  return { indices, counts };
}

/** Both histograms together, in one walk over the two. */
export function mergeCompact(left: CompactCounts, right: CompactCounts): CompactCounts {
  const indices: number[] = [];
  const counts: number[] = [];
  let [a, b] = [0, 0];
  while (a < left.indices.length || b < right.indices.length) {
    const leftIndex = left.indices[a] ?? Number.POSITIVE_INFINITY;
    const rightIndex = right.indices[b] ?? Number.POSITIVE_INFINITY;
    let count = 0;
    if (leftIndex <= rightIndex) {
      count += left.counts[a] ?? 0;
      a += 1;
    }
    if (rightIndex <= leftIndex) {
      count += right.counts[b] ?? 0;
      b += 1;
    }
    indices.push(Math.min(leftIndex, rightIndex));
    counts.push(count);
  }
  return { indices: Uint16Array.from(indices), counts: Float64Array.from(counts) };
}

/** As `percentile`, without laying out the buckets that are not in use. @throws StatsError when there is no sample. */
export function compactPercentile({ indices, counts }: CompactCounts, quantile: number): number {
  const total = compactTotal({ indices, counts });
  if (total === 0) throw statsErrors.emptyHistogram();
  const rank = quantile * total;
  let below = 0;
  let place = 0;
  for (; place < counts.length - 1 && below + (counts[place] ?? 0) < rank; place += 1) below += counts[place] ?? 0;
  return interpolateNs(indices[place] ?? 0, Math.min(1, (rank - below) / (counts[place] ?? 1)));
}

export function compactTotal({ counts }: CompactCounts): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Adds the samples of `source` to `target`. */
export function addCompact(target: HistogramCounts, { indices, counts }: CompactCounts): void {
  for (let place = 0; place < indices.length; place += 1) {
    const index = indices[place] ?? 0;
    target[index] = (target[index] ?? 0) + (counts[place] ?? 0);
  }
}

/** All buckets of one or more histograms together. */
export function denseOf(histograms: Iterable<CompactCounts>): HistogramCounts {
  const dense = new Float64Array(bucketCount);
  for (const histogram of histograms) addCompact(dense, histogram);
  return dense;
}
