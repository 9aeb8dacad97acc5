import assert from 'node:assert/strict';
import { NodeOutcomes } from '../../../src/scheduler/framework/node-outcomes.ts';
import { assignPod, testCluster } from '../support/cluster.ts';
import { testNode, testPod } from '../support/objects.ts';

describe('what was found of a node for a pod', () => {
  const cluster = testCluster([testNode()]);
  const [slot = -1] = cluster.order;
  const small = testPod({ name: 'small', requests: { cpu: '1' } });
  const pod = cluster.info(small);
  const twin = cluster.info({ ...small, metadata: { ...small.metadata, name: 'twin' } });
  let nominatedKey: string | undefined;
  let searches: number;
  let outcomes: NodeOutcomes<number>;
  const look = (info = pod, generation = 0): number => outcomes.of(info, generation, () => ++searches)(slot);

  beforeEach(() => {
    nominatedKey = undefined;
    searches = 0;
    outcomes = new NodeOutcomes(cluster, { nodeOf: (key) => (key === nominatedKey ? 'node' : undefined) });
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

  it('ends when something changes that belongs to the node, as a pod that is nominated to it', () => {
    look();
    cluster.touch('node');
    assert.deepEqual([look(), look()], [2, 2]);
    cluster.touch('another');
    assert.equal(look(), 2);
  });

  it('is not that of a pod that is nominated there itself', () => {
    nominatedKey = twin.key;
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
