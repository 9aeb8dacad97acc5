/**
 * Log-linear histogram of nanoseconds over shared memory. The same layout is in native/traffic/histogram.h;
 * a test holds the two together. Counts are Float64 so that merging is plain addition in any thread.
 */

/** Each power of two is cut into 2^7 = 128 buckets: a bucket is at most 1/128 (0.78 %) of its value wide. */
export const subBucketBits = 7;
const subBuckets = 2 ** subBucketBits;
/** Values reach 2^40 ns (18 minutes); anything longer counts in the last bucket. */
export const maxValueBits = 40;
export const bucketCount = (maxValueBits - subBucketBits + 1) * subBuckets;

/** The bucket that holds `valueNs` (whole nanoseconds, 0 or more). */
export function bucketIndex(valueNs: number): number {
  if (valueNs < subBuckets) return Math.max(0, Math.floor(valueNs));
  if (valueNs >= 2 ** maxValueBits) return bucketCount - 1;
  let shift = Math.floor(Math.log2(valueNs)) - subBucketBits;
  // log2 rounds up just below a power of two.
  if (valueNs < 2 ** (shift + subBucketBits)) shift -= 1;
  return shift * subBuckets + Math.floor(valueNs / 2 ** shift);
}

/** Lowest value of a bucket, ns. */
export function bucketLowNs(index: number): number {
  if (index < 2 * subBuckets) return index;
  const shift = Math.floor(index / subBuckets) - 1;
  return (index - shift * subBuckets) * 2 ** shift;
}

/** Width of a bucket, ns. */
export function bucketWidthNs(index: number): number {
  return index < 2 * subBuckets ? 1 : 2 ** (Math.floor(index / subBuckets) - 1);
}

/** Counts per bucket; `bucketCount` entries, over a SharedArrayBuffer when threads share it. */
export type HistogramCounts = Float64Array;

export function createHistogram(): HistogramCounts {
  return new Float64Array(new SharedArrayBuffer(bucketCount * Float64Array.BYTES_PER_ELEMENT));
}
