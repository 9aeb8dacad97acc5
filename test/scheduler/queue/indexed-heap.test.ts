import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type HeapItem, IndexedHeap } from '../../../src/scheduler/queue/indexed-heap.ts';

interface Item extends HeapItem {
  rank: number;
  readonly name: number;
}

const operation = fc.record({
  do: fc.constantFrom('push', 'push', 'pop', 'delete', 'update'),
  pick: fc.nat(1000),
  rank: fc.nat(5),
});

describe('a heap that knows where its items are', () => {
  it('gives them out in order, those of one rank as they came, whatever is changed or taken out meanwhile', () => {
    fc.assert(
      fc.property(fc.array(operation, { size: 'max', maxLength: 300 }), (operations) => {
        const heap = new IndexedHeap<Item>((a, b) => a.rank - b.rank);
        let items: Item[] = [];
        for (const [name, { do: what, pick, rank }] of operations.entries()) {
          const item = items[pick % Math.max(1, items.length)];
          if (what === 'push') {
            const added = { rank, name, heapIndex: -1, heapOrder: 0 };
            heap.push(added);
            items.push(added);
          } else if (what === 'pop') {
            const [first] = [...items].sort((a, b) => a.rank - b.rank || a.name - b.name);
            assert.equal(heap.pop(), first);
            items = items.filter((other) => other !== first);
          } else if (item !== undefined && what === 'delete') {
            heap.delete(item);
            assert.equal(item.heapIndex, -1);
            items = items.filter((other) => other !== item);
          } else if (item !== undefined) {
            item.rank = rank;
            heap.update(item);
          }
          assert.equal(heap.size, items.length);
        }
        const left = [...items].sort((a, b) => a.rank - b.rank || a.name - b.name);
        assert.deepEqual(
          left.map(() => heap.pop()),
          left,
        );
      }),
    );
  });

  it('loses nothing when the comparison throws, and goes on once it does not', () => {
    const fault = fc.option(fc.nat(200), { nil: undefined });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), fc.array(fault, { maxLength: 5 }), (operations, faults) => {
        let calls = 0;
        let isBroken = true;
        const heap = new IndexedHeap<Item>((a, b) => {
          calls += 1;
          if (isBroken && faults.includes(calls)) throw new Error('boom');
          return a.rank - b.rank;
        });
        const items = new Set<Item>();
        const attempt = (what: () => void): void => {
          try {
            what();
          } catch {
            // What was asked for is done all the same.
          }
        };
        for (const [name, { do: what, pick, rank }] of operations.entries()) {
          const item = [...items][pick % Math.max(1, items.size)];
          if (what === 'push') {
            const added = { rank, name, heapIndex: -1, heapOrder: 0 };
            items.add(added);
            attempt(() => heap.push(added));
          } else if (item !== undefined && what !== 'update') {
            items.delete(item);
            attempt(() => heap.delete(item));
          } else if (item !== undefined) attempt(() => heap.update(item));
        }
        isBroken = false;
        assert.deepEqual(new Set(heap.values()), items);
        for (const [place, item] of heap.values().entries()) assert.equal(item.heapIndex, place);
      }),
    );
  });
});
