import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Rule, Table } from '../../../native/iptables/index.ts';
import { findJumpLoop } from '../../../native/iptables/jump-loops.ts';

const name = (index: number): string => `CHAIN-${index}`;

function tableOf(edges: readonly (readonly [number, number])[], count: number): Table {
  const chains = Array.from({ length: count }, (_, index) => ({
    name: name(index),
    rules: edges
      .filter(([from]) => from === index)
      .map(
        ([, to], place): Rule => ({
          matches: [],
          target: { target: place % 2 === 0 ? 'jump' : 'goto', chain: name(to) },
        }),
      ),
  }));
  return { name: 'filter', chains };
}

const count = 8;
const edges = fc.uniqueArray(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), {
  maxLength: 14,
  selector: ([from, to]) => from * count + to,
});

/** Whether chains can be taken away one by one that jump to none that is left. */
function canBeUnwound(list: readonly (readonly [number, number])[]): boolean {
  const left = new Set(Array.from({ length: count }, (_, index) => index));
  for (;;) {
    const leaf = [...left].find((index) => !list.some(([from, to]) => from === index && left.has(to)));
    if (leaf === undefined) return left.size === 0;
    left.delete(leaf);
  }
}

describe('A circle of jumps', () => {
  it('is found exactly when there is one, and each of its jumps is real', () => {
    fc.assert(
      fc.property(edges, (list) => {
        const loop = findJumpLoop(tableOf(list, count));
        assert.equal(loop === undefined, canBeUnwound(list));
        if (loop === undefined) return;
        assert.equal(loop[0], loop.at(-1));
        for (const [index, from] of loop.slice(0, -1).entries()) {
          assert.ok(list.some(([a, b]) => name(a) === from && name(b) === loop[index + 1]));
        }
      }),
    );
  });

  it('is looked for in chains nested deeper than calls can be', () => {
    const depth = 50_000;
    const chain = (index: number) => ({
      name: name(index),
      rules: [{ matches: [], target: { target: 'jump', chain: name(index + 1) } }],
    });
    const table = { name: 'filter', chains: Array.from({ length: depth }, (_, index) => chain(index)) } as Table;
    assert.equal(findJumpLoop(table), undefined);
  });

  it('may be one chain that jumps to itself', () => {
    assert.deepEqual(findJumpLoop(tableOf([[3, 3]], count)), [name(3), name(3)]);
  });
});
