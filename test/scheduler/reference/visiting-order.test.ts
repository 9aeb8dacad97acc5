import assert from 'node:assert/strict';
import type { Node } from '../../../src/api/objects.ts';
import { testNode } from '../support/objects.ts';
import { numFeasibleNodesToFind, visitingOrder, withNode, withoutNode, zonesOf } from './visiting-order.ts';

const inZone = (name: string, zone: string): Node =>
  testNode({ name, labels: zone === '' ? {} : { 'topology.kubernetes.io/zone': zone } });

describe('how many feasible nodes are enough', () => {
  const enough: readonly (readonly [nodes: number, enough: number])[] = [
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
    [10000, 500],
    [15000, 750],
  ];
  for (const [nodes, wanted] of enough) {
    it(`is ${wanted} of ${nodes} by default`, () => assert.equal(numFeasibleNodesToFind(nodes, 0), wanted));
  }

  it('is the percentage that the profile sets, but never less than 100', () => {
    assert.equal(numFeasibleNodesToFind(1000, 40), 400);
    assert.equal(numFeasibleNodesToFind(1000, 1), 100);
    assert.equal(numFeasibleNodesToFind(1000, 100), 1000);
    assert.equal(numFeasibleNodesToFind(50, 10), 50);
  });
});

describe('the order in which nodes are visited', () => {
  const nodes = [
    inZone('a1', 'a'),
    inZone('a2', 'a'),
    inZone('b1', 'b'),
    inZone('x', ''),
    inZone('a3', 'a'),
    inZone('b2', 'b'),
  ];

  it('takes one node of each zone in turn, zones in the order in which they were first seen', () => {
    assert.deepEqual(visitingOrder(zonesOf(nodes)), ['a1', 'b1', 'x', 'a2', 'b2', 'a3']);
  });

  it('is of no nodes without nodes', () => assert.deepEqual(visitingOrder([]), []));

  it('forgets a zone with its last node, so that it comes back last', () => {
    const without = withoutNode(withoutNode(withoutNode(zonesOf(nodes), 'a1'), 'a2'), 'a3');
    assert.deepEqual(visitingOrder(without), ['b1', 'x', 'b2']);
    assert.deepEqual(visitingOrder(withNode(without, inZone('a4', 'a'))), ['b1', 'x', 'a4', 'b2']);
  });

  it('goes by the zone label of old where a node has both', () => {
    const both = testNode({
      name: 'both',
      labels: { 'topology.kubernetes.io/zone': 'a', 'failure-domain.beta.kubernetes.io/zone': 'b' },
    });
    assert.deepEqual(visitingOrder(zonesOf([inZone('a1', 'a'), inZone('b1', 'b'), both])), ['a1', 'b1', 'both']);
    assert.equal(zonesOf([inZone('a1', 'a'), both]).length, 2);
  });
});
