import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hodgesLehmann, walshAverage } from '../../src/stats/hodges-lehmann.ts';
import { createRandom } from '../../src/stats/random.ts';
import { sortedSamples } from '../../src/stats/samples.ts';
import { signPatterns, walshRank } from '../../src/stats/signed-rank.ts';

/** Depression scale before and after treatment: Hollander and Wolfe, Nonparametric Statistical Methods, table 3.1. */
const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

describe('the Hodges-Lehmann estimate', () => {
  it('agrees with the textbook: 0.46 with 96.1 % interval 0.01 to 0.786', () => {
    const figure = hodgesLehmann(
      before.map((value, place) => value - (after[place] ?? 0)),
      'ratio',
    );
    assert.ok(Math.abs(figure.estimate - 0.46) < 1e-9, `${figure.estimate}`);
    assert.ok(Math.abs(figure.low - 0.01) < 1e-9, `${figure.low}`);
    assert.ok(Math.abs(figure.high - 0.786) < 1e-9, `${figure.high}`);
    assert.ok(Math.abs(figure.confidence - (1 - 2 * 0.01953125)) < 1e-12, `${figure.confidence}`);
  });

  it('counts sign patterns by rank sum, 2^n in all', () => {
    assert.deepEqual([...signPatterns(3)], [1, 1, 1, 2, 1, 1, 1]);
    assert.equal(
      signPatterns(50).reduce((sum, count) => sum + count, 0),
      2 ** 50,
    );
  });

  it('uses the tabled critical values', () => {
    // Two-sided 5 % points of the signed-rank statistic, plus one.
    for (const [n, rank] of [
      [6, 1],
      [7, 3],
      [8, 4],
      [9, 6],
      [10, 9],
      [15, 26],
      [20, 53],
      [25, 90],
      [50, 435],
    ] as const) {
      assert.equal(walshRank(n).rank, rank, `n = ${n}`);
      assert.ok(walshRank(n).confidence >= 0.95);
    }
    assert.equal(walshRank(5).confidence, 1 - 2 / 32);
    assert.equal(walshRank(1).confidence, 0);
  });

  it('has a normal approximation that joins the exact ranks', () => {
    const [exact, approximate] = [walshRank(50).rank, walshRank(51).rank];
    assert.ok(approximate > exact && approximate < exact + 30, `${exact} then ${approximate}`);
  });

  it('finds any Walsh average without listing them', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.nat(), (sample, pick) => {
        const averages = sample.flatMap((a, i) => sample.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
        const rank = (pick % averages.length) + 1;
        assert.ok(walshAverage(sortedSamples(sample), rank) === averages[rank - 1]);
      }),
    );
  });

  it('moves with the values: shifted, scaled and mirrored', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 }), (values) => {
        const figure = hodgesLehmann(values, 'ratio');
        const moved = hodgesLehmann(
          values.map((value) => 8 - 2 * value),
          'ratio',
        );
        assert.equal(moved.estimate, 8 - 2 * figure.estimate);
        assert.deepEqual([moved.low, moved.high], [8 - 2 * figure.high, 8 - 2 * figure.low]);
      }),
    );
  });

  it('covers the true centre as often as it claims', () => {
    const random = createRandom(21);
    const trials = 1500;
    for (const n of [8, 20, 60]) {
      let covered = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        // Logistic noise, heavier in the tails than the normal, around 0.
        const { low, high } = hodgesLehmann(
          Array.from({ length: n }, () => {
            const u = (random.next() + 2 ** -33) / (1 + 2 ** -32);
            return Math.log(u / (1 - u));
          }),
          'ratio',
        );
        if (low <= 0 && 0 <= high) covered += 1;
      }
      const claimed = walshRank(n).confidence;
      assert.ok(Math.abs(covered / trials - claimed) < 0.018, `n = ${n}: ${covered / trials}, claimed ${claimed}`);
    }
  });
});
