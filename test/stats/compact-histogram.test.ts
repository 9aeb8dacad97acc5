import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compactPercentile,
  compactSparse,
  compactTotal,
  denseOf,
  mergeCompact,
} from '../../src/stats/compact-histogram.ts';
import { bucketCount } from '../../src/stats/histogram.ts';
import { percentile, totalCount } from '../../src/stats/percentiles.ts';
import { type SparseCounts, toDense, toSparse } from '../../src/stats/sparse-histogram.ts';

const histograms = fc
  .array(fc.tuple(fc.integer({ min: 0, max: bucketCount - 1 }), fc.integer({ min: 1, max: 1e6 })), {
    minLength: 1,
    maxLength: 40,
  })
  .map((entries): SparseCounts => {
    const dense = new Float64Array(bucketCount);
    for (const [index, count] of entries) dense[index] = count;
    return toSparse(dense);
  });

describe('a histogram in little memory', () => {
  it('has the percentiles of the histogram laid out in full', () => {
    fc.assert(
      fc.property(histograms, fc.double({ min: 0, max: 1, noNaN: true }), (sparse, quantile) => {
        const [compact, dense] = [compactSparse(sparse), toDense(sparse)];
        assert.equal(compactPercentile(compact, quantile), percentile(dense, quantile));
        assert.equal(compactTotal(compact), totalCount(dense));
      }),
    );
  });

  it('merges to the sum of both', () => {
    fc.assert(
      fc.property(histograms, histograms, (left, right) => {
        const merged = mergeCompact(compactSparse(left), compactSparse(right));
        assert.deepEqual(denseOf([merged]), denseOf([compactSparse(left), compactSparse(right)]));
        assert.ok(merged.indices.every((index, place) => place === 0 || index > (merged.indices[place - 1] ?? 0)));
      }),
    );
  });

  it('refuses a bucket outside the layout, and no samples', () => {
    assert.throws(() => compactSparse({ layout: 'log-linear-7', buckets: [[bucketCount, 1]] }), /outside 0\.\.4351/);
    assert.throws(() => compactPercentile(compactSparse({ layout: 'log-linear-7', buckets: [] }), 0.5), /no samples/);
  });
});
