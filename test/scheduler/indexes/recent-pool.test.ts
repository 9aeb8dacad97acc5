import assert from 'node:assert/strict';
import { RecentPool } from '../../../src/scheduler/indexes/recent-pool.ts';

interface Thing {
  readonly name: number;
  lastUsed: number;
}

const thing = (name: number) => (): Thing => ({ name, lastUsed: 0 });

describe('a pool of recent things', () => {
  it('makes a thing once', () => {
    const pool = new RecentPool<number, Thing>(4);
    const first = pool.get(1, thing(1));
    assert.equal(pool.get(1, thing(2)), first);
    assert.equal(pool.size, 1);
  });

  it('drops a quarter when it is full: those that were not asked for the longest', () => {
    const dropped: number[] = [];
    const pool = new RecentPool<number, Thing>(8, ({ name }) => dropped.push(name));
    for (let name = 0; name < 8; name += 1) pool.get(name, thing(name));
    pool.get(0, thing(0));
    pool.touch([...pool.values()].find(({ name }) => name === 1) as Thing);
    pool.get(8, thing(8));
    assert.deepEqual(dropped, [2, 3]);
    assert.deepEqual(
      [...pool.values()].map(({ name }) => name),
      [0, 1, 4, 5, 6, 7, 8],
    );
  });

  it('drops what is not wanted any more', () => {
    const dropped: number[] = [];
    const pool = new RecentPool<number, Thing>(8, ({ name }) => dropped.push(name));
    for (let name = 0; name < 6; name += 1) pool.get(name, thing(name));
    pool.dropWhere(({ name }) => name % 2 === 0);
    assert.deepEqual(dropped, [0, 2, 4]);
    assert.notEqual(pool.get(2, thing(20)).name, 2);
  });
});
