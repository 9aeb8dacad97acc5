import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultNormalize } from '../../../src/scheduler/plugins/normalize.ts';

function normalized(values: readonly number[], reverse: boolean): number[] {
  const scores = Float64Array.from(values);
  defaultNormalize(scores, values.length, reverse);
  return [...scores];
}

describe('the default normalisation', () => {
  it('scales the highest count to 100 and cuts off fractions', () => {
    assert.deepEqual(normalized([0, 1, 2, 3], false), [0, 33, 66, 100]);
  });

  it('turns the scores round where less is better', () => {
    assert.deepEqual(normalized([0, 1, 2, 3], true), [100, 67, 34, 0]);
  });

  it('leaves only zeros as they are, and gives all nodes 100 when less is better', () => {
    assert.deepEqual(normalized([0, 0], false), [0, 0]);
    assert.deepEqual(normalized([0, 0], true), [100, 100]);
  });

  it('touches only the nodes of the block', () => {
    const scores = Float64Array.of(1, 2, 50);
    defaultNormalize(scores, 2);
    assert.deepEqual([...scores], [50, 100, 50]);
  });

  it('divides as integers of 64 bits do', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(counts, fc.boolean(), (values, reverse) => {
        const highest = BigInt(Math.max(...values));
        const expected = values.map((value) => {
          const scaled = highest === 0n ? 0n : (100n * BigInt(value)) / highest;
          return Number(reverse ? 100n - scaled : scaled);
        });
        assert.deepEqual(normalized(values, reverse), expected);
      }),
    );
  });
});
