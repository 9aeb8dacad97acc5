import assert from 'node:assert/strict';
import { type CostPoint, crossover } from '../../src/stats/crossover.ts';
import { createRandom, type Random } from '../../src/stats/random.ts';

const sizes = [1, 1000, 5000, 10_000];

/** Costs that are `cost(services)` with up to `noise` either way, and a drift of the machine common to each round. */
function sweep(
  cost: (services: number) => number,
  random: Random,
  { rounds = 20, noise = 0.05, at = sizes }: { rounds?: number; noise?: number; at?: readonly number[] } = {},
): CostPoint[] {
  return at.map((services) => ({
    services,
    costs: new Map(
      Array.from({ length: rounds }, (_, round) => [
        round,
        cost(services) * (1 + 0.1 * Math.sin(round)) * (1 + 2 * noise * (random.next() - 0.5)),
      ]),
    ),
  }));
}

const flat = (): number => 6000;
const growing = (services: number): number => 5000 + 5 * services;

describe('the crossover of two arms', () => {
  it('is exact without noise', () => {
    const random = createRandom(1);
    const result = crossover(sweep(flat, random, { noise: 0 }), sweep(growing, random, { noise: 0 }), random);
    assert.ok(result.kind === 'crosses');
    assert.equal(result.direction, 'cheaper');
    assert.deepEqual(result.between, [1, 1000]);
    assert.ok(Math.abs(result.at.estimate - 200) < 1e-6, `${result.at.estimate}`);
    assert.equal(result.at.n, 20);
  });

  it('covers the truth about as often as it claims', () => {
    const random = createRandom(2);
    let covered = 0;
    const trials = 150;
    for (let trial = 0; trial < trials; trial += 1) {
      const result = crossover(
        sweep(() => 15_000, random),
        sweep(growing, random),
        random,
        200,
      );
      assert.ok(result.kind === 'crosses');
      assert.deepEqual(result.between, [1000, 5000]);
      if (result.at.low <= 2000 && 2000 <= result.at.high) covered += 1;
    }
    assert.ok(covered / trials > 0.9, `${covered / trials}`);
  });

  it('says that the growing arm becomes dearer, at the same place', () => {
    const random = createRandom(3);
    const result = crossover(sweep(growing, random), sweep(flat, random), random);
    assert.ok(result.kind === 'crosses');
    assert.equal(result.direction, 'dearer');
    assert.ok(result.at.low <= 200 && 200 <= result.at.high);
  });

  it('says always and never when one arm is cheaper throughout', () => {
    const random = createRandom(4);
    const [cheap, dear] = [sweep(() => 1000, random), sweep(growing, random)];
    assert.deepEqual(crossover(cheap, dear, random), { kind: 'always-cheaper', sweep: [1, 10_000] });
    assert.deepEqual(crossover(dear, cheap, random), { kind: 'never-cheaper', sweep: [1, 10_000] });
  });

  it('gives only a bound when the arms start level', () => {
    const random = createRandom(5);
    const result = crossover(
      sweep(() => 5000, random),
      sweep(growing, random),
      random,
    );
    assert.ok(result.kind === 'crosses-by', result.kind);
    assert.equal(result.direction, 'cheaper');
    assert.equal(result.by.low, 1);
    assert.ok(result.by.high < 200, `${result.by.high}`);
  });

  it('is undecided between equal arms, nearly always', () => {
    const random = createRandom(6);
    const trials = 60;
    const decided = Array.from({ length: trials }, () =>
      crossover(sweep(flat, random), sweep(flat, random), random, 200),
    );
    const undecided = decided.filter((result) => result.kind === 'undecided').length;
    assert.ok(undecided / trials > 0.85, `${undecided / trials}`);
  });

  it('is undecided with too few sizes or rounds, and says which', () => {
    const random = createRandom(7);
    const few = (options: { rounds?: number; at?: number[] }): unknown =>
      crossover(sweep(flat, random, options), sweep(growing, random, options), random);
    assert.deepEqual(few({ at: [1000] }), { kind: 'undecided', reason: 'too-few-sizes' });
    assert.deepEqual(few({ at: [] }), { kind: 'undecided', reason: 'too-few-sizes' });
    assert.deepEqual(few({ rounds: 4 }), { kind: 'undecided', reason: 'too-few-rounds' });
    assert.deepEqual(crossover(sweep(flat, random, { at: [1, 2] }), sweep(flat, random, { at: [3, 4] }), random), {
      kind: 'undecided',
      reason: 'too-few-sizes',
    });
  });

  it('ignores the order of sizes and repeats for the same seed', () => {
    const [flatSweep, growingSweep] = [sweep(flat, createRandom(8)), sweep(growing, createRandom(9))];
    assert.deepEqual(
      crossover(flatSweep.toReversed(), growingSweep, createRandom(1)),
      crossover(flatSweep, growingSweep.toReversed(), createRandom(1)),
    );
  });
});
