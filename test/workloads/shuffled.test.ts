import assert from 'node:assert/strict';
import { createRandom } from '../../src/stats/random.ts';
import { shuffled } from '../../src/workloads/shuffled.ts';

describe('shuffled', () => {
  it('keeps every item and leaves the list as it is', () => {
    const items = Object.freeze(['a', 'b', 'c', 'd']);
    assert.deepEqual(shuffled(items, createRandom(1)).sort(), [...items]);
    assert.deepEqual(shuffled([], createRandom(1)), []);
  });

  it('gives every order about as often', () => {
    const random = createRandom(3);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw += 1) {
      const order = shuffled(['a', 'b', 'c'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 6);
    for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 120, String([...counts]));
  });
});
