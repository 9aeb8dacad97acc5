import assert from 'node:assert/strict';
import { numFeasibleNodesToFind } from '../../../src/scheduler/framework/nodes-to-find.ts';

describe('the number of feasible nodes to find', () => {
  const vectors = [
    [99, 99],
    [100, 100],
    [200, 100],
    [250, 120],
    [500, 230],
    [1000, 420],
    [1500, 570],
    [2000, 680],
    [3000, 780],
    [5000, 500],
    [5625, 281],
    [10_000, 500],
    [15_000, 750],
  ] as const;
  for (const [nodes, enough] of vectors) {
    it(`is ${enough} of ${nodes} nodes when it adapts`, () => assert.equal(numFeasibleNodesToFind(nodes, 0), enough));
  }

  it('is a share of many nodes, at least 100, when a percentage is given', () => {
    assert.equal(numFeasibleNodesToFind(5000, 10), 500);
    assert.equal(numFeasibleNodesToFind(500, 10), 100);
    assert.equal(numFeasibleNodesToFind(5000, 100), 5000);
  });
});
