import assert from 'node:assert/strict';
import { type ByRound, pairedRatio } from '../../src/stats/paired-ratio.ts';
import { createRandom } from '../../src/stats/random.ts';

const byRound = (values: readonly number[]): ByRound => new Map(values.entries());

describe('the paired ratio of two arms', () => {
  it('is exact when every round has the same ratio, whatever the drift', () => {
    const drift = Array.from({ length: 20 }, (_, round) => 100 * 1.3 ** round);
    const figure = pairedRatio(byRound(drift.map((cost) => cost * 1.2)), byRound(drift));
    assert.ok(figure !== undefined);
    for (const value of [figure.estimate, figure.low, figure.high]) assert.ok(Math.abs(value - 1.2) < 1e-9);
    assert.equal(figure.n, 20);
    assert.equal(figure.unit, 'ratio');
  });

  it('is inverted when the arms change places', () => {
    const random = createRandom(3);
    const [a, b] = [0, 1].map(() => byRound(Array.from({ length: 30 }, () => 1 + random.next())));
    assert.ok(a !== undefined && b !== undefined);
    const [forward, backward] = [pairedRatio(a, b), pairedRatio(b, a)];
    assert.ok(forward !== undefined && backward !== undefined);
    assert.ok(Math.abs(forward.estimate * backward.estimate - 1) < 1e-12);
    assert.ok(Math.abs(forward.low * backward.high - 1) < 1e-12);
  });

  it('uses only rounds that both arms have', () => {
    const subject: ByRound = new Map([
      [1, 2],
      [2, 2],
      [9, 100],
    ]);
    const reference: ByRound = new Map([
      [1, 1],
      [2, 1],
      [3, 100],
    ]);
    assert.equal(pairedRatio(subject, reference)?.n, 2);
    assert.equal(pairedRatio(subject, reference)?.estimate, 2);
    assert.equal(pairedRatio(subject, new Map([[5, 1]])), undefined);
  });

  it('refuses costs of 0 or below', () => {
    assert.throws(() => pairedRatio(byRound([0]), byRound([1])), /above 0, got 0/);
    assert.throws(() => pairedRatio(byRound([1]), byRound([-2])), /above 0, got -2/);
  });
});
