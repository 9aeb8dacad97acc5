/** The written form of a histogram: only buckets that hold something, so that one line of results stays small. */
import { statsErrors } from './errors.ts';
import { bucketCount, type HistogramCounts } from './histogram.ts';

/** Same shape as `SparseHistogram` of the record format; buckets ascend by index, counts are above 0. */
export interface SparseCounts {
  readonly layout: 'log-linear-7';
  readonly buckets: readonly (readonly [index: number, count: number])[];
}

/** Only the buckets in use, in ascending order. @throws StatsError when `counts` has another layout. */
export function toSparse(counts: HistogramCounts): SparseCounts {
  if (counts.length !== bucketCount) throw statsErrors.wrongBucketCount(counts.length, bucketCount);
  const buckets: [number, number][] = [];
  for (const [index, count] of counts.entries()) {
    if (count !== 0) buckets.push([index, count]);
  }
  return { layout: 'log-linear-7', buckets };
}

/** All buckets, in memory of this thread only. @throws StatsError on a bucket outside the layout. */
export function toDense(sparse: SparseCounts): HistogramCounts {
  const counts = new Float64Array(bucketCount);
  addSparse(counts, sparse);
  return counts;
}

/** Adds the samples of a written histogram to `target`. @throws StatsError on a bucket outside the layout. */
export function addSparse(target: HistogramCounts, source: SparseCounts): void {
  for (const [index, count] of source.buckets) {
    if (!(Number.isInteger(index) && index >= 0 && index < bucketCount)) {
      throw statsErrors.bucketOutOfRange(index, bucketCount);
    }
    target[index] = (target[index] ?? 0) + count;
  }
}
