import assert from 'node:assert/strict';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { NodeOutcomes } from '../../../src/scheduler/framework/node-outcomes.ts';
import { assignPod, testCluster } from '../support/cluster.ts';
import { testNode, testPod } from '../support/objects.ts';

describe('what was found of a node for a pod', () => {
  const cluster = testCluster([testNode()]);
  const [slot = -1] = cluster.order;
  const small = testPod({ name: 'small', requests: { cpu: '1' } });
  const pod = cluster.info(small);
  const twin = cluster.info({ ...small, metadata: { ...small.metadata, name: 'twin' } });
  let nominated: readonly PodInfo[];
  let searches: number;
  let outcomes: NodeOutcomes<number>;
  const look = (info = pod, generation = 0): number => outcomes.of(info, generation, () => ++searches)(slot, nominated);

  beforeEach(() => {
    nominated = [];
    searches = 0;
    outcomes = new NodeOutcomes(cluster, {
      isEmpty: false,
      on: () => nominated,
      nodeOf: (key) => (nominated.some((info) => info.key === key) ? 'node' : undefined),
    });
  });

  it('stands for every pod of its shape', () => {
    assert.deepEqual([look(), look(), look(twin)], [1, 1, 1]);
  });

  it('is no answer for a pod of another shape', () => {
    look();
    assert.equal(look(cluster.info(testPod({ requests: { cpu: '2' } }))), 2);
    assert.equal(look(), 1);
  });

  it('ends with any change of the node or its pods', () => {
    look();
    cluster.setNode(testNode({ labels: { disk: 'ssd' } }));
    assert.equal(look(), 2);
    const other = assignPod(cluster, testPod({ name: 'other', nodeName: 'node' }));
    assert.equal(look(), 3);
    cluster.unassign(other);
    assert.equal(look(), 4);
  });

  it('ends when another pod is nominated to the node, or none any more', () => {
    look();
    nominated = [twin];
    assert.deepEqual([look(), look()], [2, 2]);
    nominated = [];
    assert.equal(look(), 3);
  });

  it('is not that of a pod that is nominated there itself', () => {
    nominated = [twin];
    look();
    assert.equal(look(twin), 2);
    assert.equal(look(), 1);
  });

  it('ends with a new generation of whatever else it depends on', () => {
    look();
    assert.equal(look(pod, 1), 2);
  });

  it('is forgotten after a while of other shapes', () => {
    look();
    for (let millis = 1; millis <= 40; millis += 1) look(cluster.info(testPod({ requests: { cpu: `${millis}m` } })));
    assert.equal(look(), 42);
  });
});
