import assert from 'node:assert/strict';
import { milliOf, unitsOf } from './quantity.ts';

describe('quantities', () => {
  const milli: readonly (readonly [text: string, milli: bigint])[] = [
    ['100m', 100n],
    ['1', 1000n],
    ['0.5', 500n],
    ['1.5Gi', 1610612736000n],
    ['2e3', 2000000n],
    ['1E', 10n ** 21n],
    ['1Ei', 2n ** 60n * 1000n],
    ['12E-2', 120n],
    ['1u', 1n],
    ['0', 0n],
    ['-2', -2000n],
    ['.5', 500n],
  ];
  for (const [text, value] of milli) it(`'${text}' is ${value} thousandths`, () => assert.equal(milliOf(text), value));

  it('are rounded up to whole units', () => {
    assert.equal(unitsOf('1m'), 1n);
    assert.equal(unitsOf('1500m'), 2n);
    assert.equal(unitsOf('9223372036854775807'), 2n ** 63n - 1n);
  });

  it('that are none are refused', () => assert.throws(() => milliOf('1 Gi'), /'1 Gi' is no quantity/));
});
