import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nativeBucketIndex } from '../../../native/traffic/index.ts';
import { bucketCount, bucketIndex, bucketLowNs, bucketWidthNs } from '../../../src/stats/index.ts';

describe('the native histogram', () => {
  it('has the buckets of the JavaScript one at both ends of each', () => {
    for (let index = 0; index < bucketCount; index++) {
      const lowNs = bucketLowNs(index);
      assert.equal(nativeBucketIndex(lowNs), index);
      assert.equal(nativeBucketIndex(lowNs + bucketWidthNs(index) - 1), index);
    }
  });

  it('has the buckets of the JavaScript one for any value, too long ones included', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 42 }), (valueNs) => {
        assert.equal(nativeBucketIndex(valueNs), bucketIndex(valueNs));
      }),
      { numRuns: 2000 },
    );
  });

  it('counts a time before its beginning as no time', () => {
    assert.equal(nativeBucketIndex(-5), 0);
  });
});
