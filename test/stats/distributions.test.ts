import assert from 'node:assert/strict';
import { logGamma, upperGamma } from '../../src/stats/gamma.ts';
import { normalCdf, normalQuantile, studentQuantile } from '../../src/stats/normal.ts';

function close(actual: number, expected: number, relative: number): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual}, expected ${expected}`);
}

describe('distributions', () => {
  it('log gamma: factorials and the half-integer value', () => {
    for (const [x, factorial] of [
      [1, 1],
      [2, 1],
      [5, 24],
      [11, 3_628_800],
      [21, 2.43290200817664e18],
    ] as const) {
      assert.ok(Math.abs(logGamma(x) - Math.log(factorial)) < 1e-12 * Math.max(1, Math.log(factorial)));
    }
    close(logGamma(0.5), Math.log(Math.sqrt(Math.PI)), 1e-13);
    close(logGamma(0.1), 2.252712651734206, 1e-12);
  });

  it('upper gamma: exponential and Erlang tails', () => {
    for (const x of [0.1, 1, 3, 20]) {
      close(upperGamma(1, x), Math.exp(-x), 1e-12);
      close(upperGamma(3, x), Math.exp(-x) * (1 + x + (x * x) / 2), 1e-12);
    }
    assert.equal(upperGamma(2, 0), 1);
  });

  it('normal: tabled values, and quantile inverts the distribution', () => {
    close(normalCdf(1), 0.8413447460685429, 1e-12);
    close(normalCdf(-1.959963984540054), 0.025, 1e-12);
    assert.equal(normalCdf(0), 0.5);
    close(normalQuantile(0.975), 1.959963984540054, 1e-12);
    close(normalQuantile(0.0005), -3.290526731491926, 1e-10);
    for (const p of [1e-6, 0.01, 0.3, 0.5, 0.9]) close(normalCdf(normalQuantile(p)), p, 1e-10);
  });

  it('Student: tabled two-sided 5 % points', () => {
    for (const [degrees, expected, relative] of [
      [2, 4.302653, 0.04],
      [5, 2.570582, 0.001],
      [10, 2.228139, 1e-4],
      [30, 2.042272, 1e-6],
    ] as const) {
      close(studentQuantile(0.975, degrees), expected, relative);
      close(studentQuantile(0.025, degrees), -expected, relative);
    }
  });

  it('refuse what has no meaning', () => {
    assert.throws(() => normalQuantile(0), /0 to 1/);
    assert.throws(() => normalQuantile(1), /0 to 1/);
    assert.throws(() => studentQuantile(0.5, 1), /degrees of freedom is 1/);
    assert.throws(() => logGamma(-1), /above 0/);
    assert.throws(() => upperGamma(0, 1), /above 0/);
  });
});
