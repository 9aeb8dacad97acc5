/**
 * Figures of one latency histogram (layout of histogram.ts). A value is known only to its bucket, at most 0.78 %
 * wide; inside a bucket the whole nanoseconds it covers are taken as equally likely, so values below 256 ns, whose
 * buckets hold a single nanosecond, come out exact.
 */
import { statsErrors } from './errors.ts';
import { bucketCount, bucketLowNs, bucketWidthNs, type HistogramCounts } from './histogram.ts';

/** How many samples the histogram holds. */
export function totalCount(counts: HistogramCounts): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/**
 * The latency that a share `quantile` of the samples does not exceed, ns (0.99 = 99th percentile). It rests on few
 * samples when `total * (1 - quantile)` is small: look at the total before printing a far tail.
 * @throws StatsError on an empty histogram, or on a quantile outside 0..1.
 */
export function percentile(counts: HistogramCounts, quantile: number): number {
  if (!(quantile >= 0 && quantile <= 1)) throw statsErrors.quantileOutOfRange(quantile);
  const total = totalCount(counts);
  if (total === 0) throw statsErrors.emptyHistogram();
  const rank = quantile * total;
  let below = 0;
  let lastFilled = 0;
  for (let index = 0; index < counts.length; index += 1) {
    const count = counts[index] ?? 0;
    if (count === 0) continue;
    lastFilled = index;
    if (below + count >= rank) return interpolateNs(index, (rank - below) / count);
    below += count;
  }
  // Only rounding of `rank` can lead here.
  return interpolateNs(lastFilled, 1);
}

/** The value at `fraction` (0..1) of the whole nanoseconds that bucket `index` covers. */
export function interpolateNs(index: number, fraction: number): number {
  return bucketLowNs(index) + fraction * (bucketWidthNs(index) - 1);
}

/** Mean latency, ns, each sample taken at the middle of its bucket. @throws StatsError on an empty histogram. */
export function meanNs(counts: HistogramCounts): number {
  let total = 0;
  let sum = 0;
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    total += count;
    sum += count * interpolateNs(index, 0.5);
  }
  if (total === 0) throw statsErrors.emptyHistogram();
  return sum / total;
}

/** Upper end of the highest bucket in use, ns: no sample was longer (but see `maxValueBits`). @throws StatsError on an empty histogram. */
export function maxNs(counts: HistogramCounts): number {
  for (let index = counts.length - 1; index >= 0; index -= 1) {
    if ((counts[index] ?? 0) > 0) return interpolateNs(index, 1);
  }
  throw statsErrors.emptyHistogram();
}

/** Adds the samples of `source` to `target`. @throws StatsError when either has another layout. */
export function mergeInto(target: HistogramCounts, source: HistogramCounts): void {
  for (const counts of [target, source]) {
    if (counts.length !== bucketCount) throw statsErrors.wrongBucketCount(counts.length, bucketCount);
  }
  for (const [index, count] of source.entries()) {
    if (count !== 0) target[index] = (target[index] ?? 0) + count;
  }
}
