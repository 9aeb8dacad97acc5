import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bucketCount } from '../../src/stats/histogram.ts';
import { addSparse, toDense, toSparse } from '../../src/stats/sparse-histogram.ts';

const denseCounts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: bucketCount - 1 }), fc.integer({ min: 1, max: 1e9 })), { maxLength: 50 })
  .map((entries) => {
    const counts = new Float64Array(bucketCount);
    for (const [index, count] of entries) counts[index] = count;
    return counts;
  });

describe('the written form of a histogram', () => {
  it('reads back as it was', () => {
    fc.assert(fc.property(denseCounts, (counts) => assert.deepEqual(toDense(toSparse(counts)), counts)));
  });

  it('holds only buckets in use, in ascending order', () => {
    fc.assert(
      fc.property(denseCounts, (counts) => {
        const { buckets } = toSparse(counts);
        assert.ok(buckets.every(([, count]) => count > 0));
        assert.ok(buckets.every(([index], place) => place === 0 || index > (buckets[place - 1]?.[0] ?? 0)));
      }),
    );
  });

  it('adds to what is there', () => {
    const counts = toDense({ layout: 'log-linear-7', buckets: [[3, 2]] });
    addSparse(counts, {
      layout: 'log-linear-7',
      buckets: [
        [3, 5],
        [9, 1],
      ],
    });
    assert.deepEqual(toSparse(counts).buckets, [
      [3, 7],
      [9, 1],
    ]);
  });

  it('refuses a bucket outside the layout', () => {
    for (const index of [-1, bucketCount, 1.5]) {
      assert.throws(() => toDense({ layout: 'log-linear-7', buckets: [[index, 1]] }), /outside 0\.\.4351/);
    }
    assert.throws(() => toSparse(new Float64Array(3)), /3 buckets/);
  });
});
