import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nativeArrivalOffsetsNs } from '../../../native/traffic/index.ts';
import { arrivalProcess, type OpenArrivals } from '../../../src/load/index.ts';

const arrivals: fc.Arbitrary<OpenArrivals> = fc.record({
  kind: fc.constantFrom('constant', 'poisson'),
  ratePerSec: fc.double({ min: 0.01, max: 1_000_000, noNaN: true }),
  seed: fc.maxSafeInteger(),
});

function modelOffsetsNs(options: OpenArrivals, count: number): number[] {
  const process = arrivalProcess(options);
  return Array.from({ length: count }, () => process.next());
}

describe('the native arrival process', () => {
  it('is the JavaScript one, to the nanosecond, for any rate and seed', () => {
    fc.assert(
      fc.property(arrivals, (options) => {
        assert.deepEqual([...nativeArrivalOffsetsNs(options, 200)], modelOffsetsNs(options, 200));
      }),
      { numRuns: 300 },
    );
  });

  it('stays the same over a long run', () => {
    const options: OpenArrivals = { kind: 'poisson', ratePerSec: 50_000, seed: 42 };
    const count = 100_000;
    assert.equal(nativeArrivalOffsetsNs(options, count).at(-1), modelOffsetsNs(options, count).at(-1));
  });

  it('does not exist in the closed loop', () => {
    assert.throws(() => nativeArrivalOffsetsNs({ kind: 'closed' }, 1), /only 'constant' and 'poisson'/);
  });
});
