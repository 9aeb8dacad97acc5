/** A histogram in as little memory as it can be kept in: 10 bytes for each bucket in use. */
import { statsErrors } from './errors.ts';
import { bucketCount, type HistogramCounts } from './histogram.ts';
import type { SparseCounts } from './sparse-histogram.ts';

/** Buckets in use, ascending, and the samples in each. */
export interface CompactCounts {
  readonly indices: Uint16Array;
  readonly counts: Float64Array;
}

/** @throws StatsError on a bucket outside the layout. */
export function compactSparse({ buckets }: SparseCounts): CompactCounts {
  for (const [index] of buckets) {
    if (!(Number.isInteger(index) && index >= 0 && index < bucketCount)) {
      throw statsErrors.bucketOutOfRange(index, bucketCount);
    }
  }
  return {
    indices: Uint16Array.from(buckets, ([index]) => index),
    counts: Float64Array.from(buckets, ([, count]) => count),
  };
}

export function compactDense(dense: HistogramCounts): CompactCounts {
  const indices: number[] = [];
  for (let index = 0; index < dense.length; index += 1) {
    if (dense[index] !== 0) indices.push(index);
  }
  return {
    indices: Uint16Array.from(indices),
    counts: Float64Array.from(indices, (index) => dense[index] ?? 0),
  };
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
