import assert from 'node:assert/strict';
import type { FeasibleNode } from '../../../src/scheduler/explain/explanation.ts';
import { tippingWeights } from '../../../src/scheduler/explain/tipping-weights.ts';

function node(name: string, spread: number, packing: number): FeasibleNode {
  const scores = [
    { plugin: 'Spread', weight: 2, raw: spread, normalized: spread },
    { plugin: 'Packing', weight: 1, raw: packing, normalized: packing },
  ];
  return { node: name, kind: 'feasible', scores, total: 2 * spread + packing };
}

describe('the weight at which another node wins', () => {
  it('is the nearest whole one that puts it ahead alone', () => {
    // a: 2 × 50 + 20 = 120, b: 2 × 30 + 55 = 115: level at weight 1.75 of Spread and at 1.14… of Packing.
    assert.deepEqual(tippingWeights([node('a', 50, 20), node('b', 30, 55)], ['a']), [
      { plugin: 'Spread', weight: 2, newWeight: 1, node: 'b' },
      { plugin: 'Packing', weight: 1, newWeight: 2, node: 'b' },
    ]);
  });

  it('does not exist where one node is ahead in everything', () => {
    assert.deepEqual(tippingWeights([node('a', 50, 20), node('b', 30, 10)], ['a']), []);
    assert.deepEqual(tippingWeights([node('a', 50, 20)], ['a']), []);
    assert.deepEqual(tippingWeights([], []), []);
  });
});
