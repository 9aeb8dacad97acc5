/** Every error that src/stats can throw: name of the value, the limit it broke, what to do. */
export class StatsError extends Error {
  override readonly name = 'StatsError';
}

export const statsErrors = {
  emptyHistogram: (): StatsError =>
    new StatsError('the histogram holds no samples, so it has no mean, maximum or percentile; check its total first'),
  quantileOutOfRange: (quantile: number): StatsError =>
    new StatsError(`quantile ${quantile} is outside 0..1; write 0.99 for the 99th percentile`),
  wrongBucketCount: (length: number, expected: number): StatsError =>
    new StatsError(`histogram has ${length} buckets, expected ${expected}; both sides must use layout log-linear-7`),
  bucketOutOfRange: (index: number, bucketCount: number): StatsError =>
    new StatsError(`bucket index ${index} is outside 0..${bucketCount - 1} of layout log-linear-7`),
  empty: (what: string): StatsError => new StatsError(`${what} needs at least one value, got none`),
  notFinite: (what: string, value: number): StatsError =>
    new StatsError(`${what} needs finite numbers, got ${value}; leave such a slice out as void`),
  notPositive: (what: string, value: number): StatsError =>
    new StatsError(`${what} needs numbers above 0, got ${value}; a ratio of costs has no meaning at 0 or below`),
  outOfRange: (what: string, value: number, low: number, high: number): StatsError =>
    new StatsError(`${what} is ${value}, expected ${low} to ${high}`),
  lengthMismatch: (what: string, length: number, expected: number): StatsError =>
    new StatsError(`${what}: ${length} values against ${expected}; both lists must be equally long`),
};
