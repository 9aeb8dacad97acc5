import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chiSquare } from '../../src/stats/chi-square.ts';
import { jainIndex } from '../../src/stats/jain.ts';
import { createRandom } from '../../src/stats/random.ts';

const counts = fc
  .array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 20 })
  .filter((shares) => shares.some((share) => share > 0));

describe('the Jain index', () => {
  it('is 1 for equal shares, 1/n when one gets all, and as in the paper between', () => {
    assert.equal(jainIndex([5, 5, 5, 5]), 1);
    assert.equal(jainIndex([0, 0, 9, 0]), 0.25);
    // k of n get equal shares: k/n.
    assert.equal(jainIndex([1, 1, 1, 0, 0]), 0.6);
  });

  it('lies in [1/n, 1] and does not depend on scale or order', () => {
    fc.assert(
      fc.property(counts, (shares) => {
        const index = jainIndex(shares);
        assert.ok(index >= 1 / shares.length - 1e-12 && index <= 1 + 1e-12);
        assert.ok(Math.abs(jainIndex(shares.map((share) => share * 8)) - index) < 1e-12);
        assert.ok(Math.abs(jainIndex(shares.toReversed()) - index) < 1e-12);
      }),
    );
  });

  it('refuses negative shares and no shares', () => {
    assert.throws(() => jainIndex([1, -1]), /a share is -1/);
    assert.throws(() => jainIndex([0, 0]), /at least one value/);
  });
});

describe('the chi-square test', () => {
  it('agrees with known values', () => {
    // A die thrown 60 times: 5 8 9 8 10 20 gives 13.4 with 5 degrees of freedom, p = 0.0199.
    const die = chiSquare([5, 8, 9, 8, 10, 20]);
    assert.ok(Math.abs(die.statistic - 13.4) < 1e-12);
    assert.equal(die.degreesOfFreedom, 5);
    assert.ok(Math.abs(die.pValue - 0.0199) < 5e-5, `${die.pValue}`);
    // Mendel's peas against 9:3:3:1: statistic 0.470, p = 0.925.
    const peas = chiSquare([315, 101, 108, 32], [9, 3, 3, 1]);
    assert.ok(Math.abs(peas.statistic - 0.47) < 5e-4);
    assert.ok(Math.abs(peas.pValue - 0.9254) < 1e-4, `${peas.pValue}`);
  });

  it('is 0 with p = 1 for exactly the expected split', () => {
    assert.deepEqual(chiSquare([300, 100], [3, 1]), { statistic: 0, degreesOfFreedom: 1, pValue: 1 });
  });

  it('has uniform p values for a fair split', () => {
    const random = createRandom(4);
    const trials = 1000;
    let below = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const split = [0, 0, 0, 0];
      for (let request = 0; request < 200; request += 1) {
        const backend = Math.floor(random.next() * 4);
        split[backend] = (split[backend] ?? 0) + 1;
      }
      if (chiSquare(split).pValue < 0.05) below += 1;
    }
    assert.ok(below / trials > 0.03 && below / trials < 0.07, `${below / trials}`);
  });

  it('refuses lists of different length, a single cell, a weight of 0 and no requests', () => {
    assert.throws(() => chiSquare([1, 2], [1]), /1 values against 2/);
    assert.throws(() => chiSquare([1]), /number of cells is 1/);
    assert.throws(() => chiSquare([1, 2], [1, 0]), /above 0/);
    assert.throws(() => chiSquare([0, 0]), /at least one value/);
  });
});
