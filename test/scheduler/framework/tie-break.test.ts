import assert from 'node:assert/strict';
import { blockOf } from '../../../src/scheduler/framework/node-block.ts';
import { pickBest } from '../../../src/scheduler/framework/tie-break.ts';
import { createRandom } from '../../../src/stats/random.ts';

const nodes = blockOf([7, 3, 9, 4]);
const totals = Float64Array.of(10, 30, 30, 30);

describe('a tie among the best nodes', () => {
  it('goes to the first in visiting order when asked so', () => {
    assert.equal(pickBest(nodes, totals, 'first', createRandom(1)), 3);
  });

  for (const tieBreak of ['seeded', 'reservoir'] as const) {
    it(`goes to each of them about equally often by ${tieBreak}`, () => {
      const random = createRandom(42);
      const wins = new Map<number, number>();
      for (let draw = 0; draw < 3000; draw += 1) {
        const slot = pickBest(nodes, totals, tieBreak, random);
        wins.set(slot, (wins.get(slot) ?? 0) + 1);
      }
      assert.deepEqual([...wins.keys()].sort(), [3, 4, 9]);
      for (const [slot, count] of wins) assert.ok(Math.abs(count - 1000) < 150, `slot ${slot} won ${count} times`);
    });
  }

  it('is none where one node is ahead, and draws nothing then', () => {
    const never = { next: () => assert.fail('drew a random number') };
    assert.equal(pickBest(nodes, Float64Array.of(1, 2, 5, 3), 'seeded', never), 9);
    assert.equal(pickBest(nodes, Float64Array.of(1, 2, 5, 3), 'reservoir', never), 9);
  });

  it('draws in a reservoir once for each further node with the highest total so far', () => {
    let draws = 0;
    const always = {
      next: () => {
        draws += 1;
        return 0;
      },
    };
    assert.equal(pickBest(nodes, totals, 'reservoir', always), 4);
    assert.equal(draws, 2);
  });
});
