import assert from 'node:assert/strict';
import type { Node } from '../../../src/api/objects.ts';
import { NodeFacts } from '../../../src/scheduler/plugins/support/node-facts.ts';
import { perShape } from '../../../src/scheduler/plugins/support/per-shape.ts';
import { RecentMap } from '../../../src/scheduler/plugins/support/recent-map.ts';
import { testCluster, testNode, testPod } from '../support/cluster.ts';

const rated = (name: string, rating: number): Node => testNode({ name, labels: { rating: String(rating) } });

describe('facts of nodes', () => {
  it('are worked out once, until the node changes', () => {
    const cluster = testCluster([rated('a', 1), rated('b', 2)]);
    let asked = 0;
    const facts = new NodeFacts(cluster, ({ metadata }) => {
      asked += 1;
      return Number(metadata.labels.rating);
    });
    const of = (name: string): number => {
      const slot = cluster.slotOf(name) ?? -1;
      const fact = facts.current()[slot] as number;
      return fact < 0 ? facts.learn(slot) : fact;
    };
    assert.deepEqual([of('a'), of('b'), of('a'), asked], [1, 2, 1, 2]);
    cluster.setNode(rated('a', 7));
    assert.deepEqual([of('a'), of('b'), asked], [7, 2, 3]);
    for (let i = 0; i < 200; i += 1) cluster.setNode(rated(`n${i}`, i));
    assert.deepEqual([of('a'), of('n199')], [7, 199]);
    for (let i = 0; i < 10_000; i += 1) cluster.setNode(rated('a', i));
    assert.deepEqual([of('a'), of('b')], [9999, 2]);
    cluster.setNode(rated('b', 3));
    for (let i = 0; i < 4096; i += 1) cluster.setNode(rated('a', i));
    assert.deepEqual([of('a'), of('b')], [4095, 3]);
  });

  it('are 0 for a slot that holds pods but no node', () => {
    const cluster = testCluster([]);
    const info = cluster.info(testPod());
    cluster.assignByName(info, 'ghost');
    const facts = new NodeFacts(cluster, () => 5);
    assert.equal(facts.learn(info.slot), 0);
    cluster.setNode(testNode({ name: 'ghost' }));
    assert.ok((facts.current()[info.slot] as number) < 0);
    assert.equal(facts.learn(info.slot), 5);
  });
});

describe('a map of what was asked for lately', () => {
  it('forgets what has not been asked for the longest', () => {
    const map = new RecentMap<number>(2);
    let made = 0;
    const ask = (key: string): number => map.get(key, () => (made += 1));
    assert.deepEqual([ask('a'), ask('b'), ask('a'), ask('c')], [1, 2, 1, 3]);
    assert.deepEqual([ask('a'), ask('b'), map.size], [1, 4, 2]);
  });

  it('makes values anew once they are forgotten, also the last one asked for', () => {
    const map = new RecentMap<number>(1);
    let made = 0;
    const ask = (key: string): number => map.get(key, () => (made += 1));
    assert.deepEqual([ask('a'), ask('a'), ask('b'), ask('a')], [1, 1, 2, 3]);
  });
});

describe('what is prepared per shape', () => {
  it('is made once for all pods of the shape', () => {
    const cluster = testCluster([]);
    let made = 0;
    const prepared = perShape(() => (made += 1));
    const shapeOf = (name: string, priority = 0) => cluster.info(testPod({ name, priority })).shape;
    assert.deepEqual([prepared(shapeOf('a')), prepared(shapeOf('b', 1)), prepared(shapeOf('c'))], [1, 2, 1]);
  });
});
