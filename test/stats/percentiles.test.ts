import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StatsError } from '../../src/stats/errors.ts';
import { bucketCount, bucketIndex } from '../../src/stats/histogram.ts';
import { maxNs, meanNs, mergeInto, percentile, totalCount } from '../../src/stats/percentiles.ts';

function histogramOf(values: readonly number[]): Float64Array {
  const counts = new Float64Array(bucketCount);
  for (const value of values) counts[bucketIndex(value)] = (counts[bucketIndex(value)] ?? 0) + 1;
  return counts;
}

const latencies = fc.array(fc.integer({ min: 0, max: 2 ** 40 - 1 }), { minLength: 1, maxLength: 200 });
const quantiles = fc.double({ min: 0, max: 1, noNaN: true });

describe('percentiles of a latency histogram', () => {
  it('are exact below 256 ns', () => {
    const counts = histogramOf([10, 20, 30, 40]);
    assert.equal(percentile(counts, 0), 10);
    assert.equal(percentile(counts, 0.25), 10);
    assert.equal(percentile(counts, 0.5), 20);
    assert.equal(percentile(counts, 0.51), 30);
    assert.equal(percentile(counts, 1), 40);
    assert.equal(meanNs(counts), 25);
    assert.equal(maxNs(counts), 40);
  });

  it('interpolate inside a bucket', () => {
    // 1024..1031 ns share a bucket: half of its samples lie at or below 1027.5.
    const counts = new Float64Array(bucketCount);
    counts[bucketIndex(1024)] = 10;
    assert.equal(bucketIndex(1024), bucketIndex(1031));
    assert.equal(percentile(counts, 0.5), 1027.5);
    assert.equal(percentile(counts, 1), 1031);
    assert.equal(meanNs(counts), 1027.5);
  });

  it('are within one bucket of the sample of that rank', () => {
    fc.assert(
      fc.property(latencies, quantiles, (values, quantile) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? 0;
        const estimate = percentile(histogramOf(values), quantile);
        assert.ok(Math.abs(estimate - exact) <= exact / 128 + 1e-9, `${estimate} against ${exact}`);
      }),
    );
  });

  it('rise with the quantile and stay within 0 and the maximum', () => {
    fc.assert(
      fc.property(latencies, quantiles, quantiles, (values, one, other) => {
        const counts = histogramOf(values);
        const low = percentile(counts, Math.min(one, other));
        const high = percentile(counts, Math.max(one, other));
        assert.ok(low <= high);
        assert.ok(high <= maxNs(counts));
      }),
    );
  });

  it('of a merged histogram are those of all samples together', () => {
    fc.assert(
      fc.property(latencies, latencies, quantiles, (left, right, quantile) => {
        const merged = histogramOf(left);
        mergeInto(merged, histogramOf(right));
        assert.equal(totalCount(merged), left.length + right.length);
        assert.equal(percentile(merged, quantile), percentile(histogramOf([...left, ...right]), quantile));
      }),
    );
  });

  it('refuse an empty histogram, a quantile outside 0..1 and a foreign layout', () => {
    const empty = new Float64Array(bucketCount);
    for (const figure of [(): number => percentile(empty, 0.5), () => meanNs(empty), () => maxNs(empty)]) {
      assert.throws(figure, StatsError);
    }
    for (const quantile of [-0.1, 1.1, 99, Number.NaN]) {
      assert.throws(() => percentile(histogramOf([1]), quantile), /outside 0\.\.1/);
    }
    assert.throws(() => mergeInto(empty, new Float64Array(10)), /10 buckets, expected 4352/);
  });
});
