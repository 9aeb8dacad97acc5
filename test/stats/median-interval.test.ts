import assert from 'node:assert/strict';
import fc from 'fast-check';
import { medianFigure, medianRank } from '../../src/stats/median-interval.ts';
import { createRandom } from '../../src/stats/random.ts';

describe('the median with its interval', () => {
  it('uses the tabled order statistics', () => {
    // Conover, Practical Nonparametric Statistics: ranks of the 95 % interval for the median.
    const tabled = { 6: 1, 8: 1, 9: 2, 10: 2, 15: 4, 20: 6, 25: 8, 30: 10, 50: 18, 100: 40 };
    for (const [n, rank] of Object.entries(tabled)) assert.equal(medianRank(Number(n)).rank, rank, `n = ${n}`);
  });

  it('reports the confidence that the ranks give', () => {
    assert.ok(Math.abs(medianRank(6).confidence - 31 / 32) < 1e-12);
    assert.ok(Math.abs(medianRank(10).confidence - (1 - (2 * 11) / 1024)) < 1e-12);
    assert.ok(medianRank(10_000).confidence >= 0.95 && medianRank(10_000).confidence < 0.952);
  });

  it('gives the range, and says what it is worth, below 6 values', () => {
    const figure = medianFigure([3, 1, 2], 'ns');
    assert.deepEqual(figure, { estimate: 2, low: 1, high: 3, confidence: figure.confidence, n: 3, unit: 'ns' });
    assert.ok(Math.abs(figure.confidence - 0.75) < 1e-12);
    assert.equal(medianFigure([7], '1/s').confidence, 0);
  });

  it('lies inside its interval, inside the range of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (values) => {
        const { estimate, low, high, n } = medianFigure(values, 'ns');
        assert.ok(Math.min(...values) <= low && low <= estimate && estimate <= high && high <= Math.max(...values));
        assert.equal(n, values.length);
      }),
    );
  });

  it('covers the true median as often as it claims', () => {
    const random = createRandom(20);
    const trials = 4000;
    for (const n of [6, 12, 25]) {
      let covered = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        // Exponential: skewed, as latencies are. Its median is ln 2.
        const { low, high } = medianFigure(
          Array.from({ length: n }, () => -Math.log(1 - random.next())),
          'ns',
        );
        if (low <= Math.LN2 && Math.LN2 <= high) covered += 1;
      }
      const claimed = medianRank(n).confidence;
      assert.ok(Math.abs(covered / trials - claimed) < 0.012, `n = ${n}: ${covered / trials}, claimed ${claimed}`);
    }
  });

  it('refuses no values and values that are not finite', () => {
    assert.throws(() => medianFigure([], 'ns'), /at least one value/);
    assert.throws(() => medianFigure([1, Number.NaN], 'ns'), /finite/);
    assert.throws(() => medianFigure([1, Number.POSITIVE_INFINITY], 'ns'), /finite/);
  });
});
