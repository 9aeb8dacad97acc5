import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLabelledRandom, createRandom, type Random, splitmix64, xoshiro128 } from '../../src/stats/random.ts';

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next());
}

describe('the random source', () => {
  it('is xoshiro128**: outputs of the reference implementation from state 1, 2, 3, 4', () => {
    const words = draw(xoshiro128([1, 2, 3, 4]), 10).map((value) => value * 2 ** 32);
    assert.deepEqual(
      words,
      [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
    );
  });

  it('is seeded by splitmix64: outputs of the reference implementation from state 0', () => {
    const outputs: bigint[] = [];
    let state = 0n;
    for (let draws = 0; draws < 3; draws += 1) {
      const next = splitmix64(state);
      outputs.push(next.output);
      state = next.state;
    }
    assert.deepEqual(outputs, [0xe220a8397b1dcdafn, 0x6e789e6aa1b965f4n, 0x06c45d188009454fn]);
  });

  it('repeats for the same seed and label, and differs otherwise', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string(), (seed, label) => {
        assert.deepEqual(draw(createLabelledRandom(seed, label), 4), draw(createLabelledRandom(seed, label), 4));
        const sequences = [
          createRandom(seed),
          createRandom(seed + 1),
          createLabelledRandom(seed, label),
          createLabelledRandom(seed, `${label}+`),
        ].map((random) => draw(random, 4).join());
        assert.equal(new Set(sequences).size, sequences.length);
      }),
    );
  });

  it('is uniform over [0, 1)', () => {
    const draws = draw(createRandom(1), 100_000);
    const tenths = new Array<number>(10).fill(0);
    for (const value of draws) {
      assert.ok(value >= 0 && value < 1);
      tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    }
    const chiSquare = tenths.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 27.9 is the 99.9 % quantile for 9 degrees of freedom.
    assert.ok(chiSquare < 27.9, `chi-square ${chiSquare}`);
  });
});
