import assert from 'node:assert/strict';
import fc from 'fast-check';
import { roundsWithin, shuffled } from '../../src/lab/rounds.ts';
import { createRandom } from '../../src/stats/index.ts';

/** Each reading of the clock is `stepNs` later: a round takes as long as the readings it causes. */
function steppingClock(stepNs: number): () => number {
  let nowNs = 0;
  return () => {
    nowNs += stepNs;
    return nowNs;
  };
}

describe('rounds', () => {
  it('go on until the next one would not fit', () => {
    const rounds = [...roundsWithin({ seconds: 5, minRounds: 1, maxRounds: 100 }, steppingClock(1e9))];
    assert.deepEqual(rounds, [0, 1, 2]);
  });

  it('are at least the minimum on a machine that is too slow', () => {
    assert.deepEqual([...roundsWithin({ seconds: 1, minRounds: 3, maxRounds: 9 }, steppingClock(60e9))], [0, 1, 2]);
  });

  it('are at most the maximum on one that is fast', () => {
    assert.equal([...roundsWithin({ seconds: 1000, minRounds: 1, maxRounds: 7 }, steppingClock(1))].length, 7);
  });

  it('continue the numbering and the budget of an interrupted run', () => {
    const done = { rounds: 4, spentNs: 4e9 };
    const rounds = [...roundsWithin({ seconds: 7, minRounds: 1, maxRounds: 100 }, steppingClock(1e9), done)];
    assert.equal(rounds[0], 4);
    assert.ok(rounds.length < 4, `${rounds.length} more rounds in the 3 s that were left`);
  });

  it('shuffle without losing anything, the same way for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 0, max: 1e9 }), (items, seed) => {
        const once = shuffled(items, createRandom(seed));
        assert.deepEqual(once, shuffled(items, createRandom(seed)));
        assert.deepEqual([...once].sort(), [...items].sort());
      }),
    );
  });

  it('put every item in every place about equally often', () => {
    const random = createRandom(7);
    const places = [0, 0, 0, 0];
    for (let draw = 0; draw < 4000; draw++) {
      const place = shuffled([0, 1, 2, 3], random).indexOf(2);
      places[place] = (places[place] ?? 0) + 1;
    }
    for (const count of places) assert.ok(count > 900 && count < 1100, String(places));
  });
});
