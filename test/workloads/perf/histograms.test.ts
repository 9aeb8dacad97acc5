import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  attemptDuration,
  BucketHistogram,
  exponentialBuckets,
  histograms,
  MetricRegistry,
} from '../../../src/workloads/perf/index.ts';

const near = (got: number, expected: number): void =>
  assert(Math.abs(got - expected) < 1e-9, `${got} is not ${expected}`);

describe("kube-scheduler's histograms", () => {
  it('have exponential buckets', () => {
    assert.deepEqual(exponentialBuckets(0.001, 2, 4), [0.001, 0.002, 0.004, 0.008]);
    const bounds = histograms[attemptDuration]?.boundsSeconds ?? [];
    assert.equal(bounds.length, 15);
    near(bounds.at(-1) ?? 0, 16.384);
  });

  it('take values as evenly spread within their bucket, the first one from 0', () => {
    const histogram = new BucketHistogram([1, 2, 4]);
    for (const value of [0.5, 0.5, 1.5, 3]) histogram.observe(value);
    near(histogram.quantileSeconds(0.25), 0.5);
    near(histogram.quantileSeconds(0.5), 1);
    near(histogram.quantileSeconds(0.75), 2);
    near(histogram.quantileSeconds(0.875), 3);
    near(histogram.quantileSeconds(1), 4);
    near(histogram.averageSeconds(), 1.375);
  });

  it('give the highest bound for what is above it', () => {
    const histogram = new BucketHistogram([1, 2]);
    for (const value of [0.5, 10, 20]) histogram.observe(value);
    near(histogram.quantileSeconds(0.9), 2);
  });

  it('count a value that is a bound below it', () => {
    const histogram = new BucketHistogram([1, 2]);
    histogram.observe(1);
    near(histogram.quantileSeconds(1), 1);
  });

  it('estimate a quantile within the bucket of the value that has this rank', () => {
    const values = fc.array(fc.double({ min: 1e-6, max: 7, noNaN: true }), { minLength: 1, maxLength: 60 });
    const bounds = [0.001, 0.01, 0.1, 1, 10];
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.9, 0.95, 0.99), (observed, quantile) => {
        const histogram = new BucketHistogram(bounds);
        for (const value of observed) histogram.observe(value);
        const sorted = [...observed].sort((a, b) => a - b);
        const value = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
        const upper = bounds.find((bound) => value <= bound) ?? 0;
        const lower = bounds[bounds.indexOf(upper) - 1] ?? 0;
        const estimate = histogram.quantileSeconds(quantile);
        assert(estimate >= lower - 1e-12 && estimate <= upper + 1e-12, `${estimate} not in ${lower}..${upper}`);
      }),
    );
  });
});

describe('The registry of metrics', () => {
  it('keeps a series per combination of labels', () => {
    const registry = new MetricRegistry();
    registry.series(attemptDuration, { result: 'scheduled' }).observe(0.001);
    registry.series(attemptDuration, { result: 'scheduled' }).observe(0.001);
    registry.series(attemptDuration, { result: 'unschedulable' }).observe(0.001);
    assert.deepEqual(registry.attempts(), { all: 3, scheduled: 2 });
    assert.equal(registry.find(attemptDuration, { result: 'scheduled' })[0]?.buckets.count, 2);
    assert.equal(registry.find(attemptDuration).length, 2);
    assert.deepEqual(registry.find('unknown'), []);
  });
});
