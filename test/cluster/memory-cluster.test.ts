import assert from 'node:assert/strict';
import { MemoryCluster, type ObjectChange } from '../../src/cluster/index.ts';
import { testNode, testPod } from '../scheduler/support/cluster.ts';
import { testResourceClaim } from '../scheduler/support/device-objects.ts';

const words = ({ before, after }: ObjectChange): string =>
  `${before === undefined ? 'add' : after === undefined ? 'delete' : 'update'} ${(after ?? before)?.metadata.name}`;

describe('a cluster in memory', () => {
  it('tells of every change, and keeps the last state', () => {
    const cluster = new MemoryCluster();
    const seen: string[] = [];
    cluster.watch((change) => seen.push(words(change)));
    const pod = testPod({ name: 'p' });
    cluster.put(testNode({ name: 'n' }));
    cluster.put(pod);
    assert.equal(cluster.bind(pod, 'n'), undefined);
    assert.equal(cluster.get('Pod', 'default', 'p')?.spec.nodeName, 'n');
    cluster.evict(pod, 'preempted');
    cluster.deletePod(pod);
    assert.deepEqual(seen, ['add n', 'add p', 'update p', 'delete p']);
    assert.deepEqual([cluster.boundCount, cluster.deletedPodCount, cluster.count('Pod')], [1, 1, 0]);
  });

  it('binds no pod that is gone, that another has replaced, or that has a node', () => {
    const cluster = new MemoryCluster();
    const pod = testPod({ name: 'p' });
    assert.equal(cluster.bind(pod, 'n')?.code, 'error');
    cluster.put(pod);
    cluster.bind(pod, 'n');
    assert.match(cluster.bind(pod, 'm')?.reasons[0] ?? '', /already assigned to node "n"/);
    const other = testPod({ name: 'q' });
    cluster.put({ ...other, metadata: { ...other.metadata, uid: 'second' } });
    assert.equal(cluster.bind({ ...other, metadata: { ...other.metadata, uid: 'first' } }, 'n')?.code, 'error');
  });

  it('tells everyone of a change before it tells of what a watcher made of it', () => {
    const cluster = new MemoryCluster();
    const seen: string[] = [];
    cluster.watch((change) => {
      if (change.before === undefined && change.after.kind === 'Node') cluster.put(testPod({ name: 'answer' }));
    });
    cluster.watch((change) => seen.push(words(change)));
    cluster.put(testNode({ name: 'n' }));
    assert.deepEqual(seen, ['add n', 'add answer']);
  });

  it('reports why a pod waits once for each reason', () => {
    const cluster = new MemoryCluster();
    const pod = testPod({ name: 'p' });
    cluster.put(pod);
    let changes = 0;
    cluster.watch(() => {
      changes += 1;
    });
    for (const message of ['no room', 'no room', 'no zone']) cluster.reportUnschedulable(pod, message);
    assert.equal(changes, 2);
    assert.equal(cluster.get('Pod', 'default', 'p')?.status.conditions.at(-1)?.message, 'no zone');
  });

  it('gives claims that are made for pods a free name, and keeps what is said of them in the pods', () => {
    const cluster = new MemoryCluster();
    cluster.put(testResourceClaim({ name: 'p-00001' }));
    const made = cluster.createResourceClaim(testResourceClaim({ name: '<in memory>' }), 'p-');
    assert.equal(made.metadata.name, 'p-00002');
    assert.equal(cluster.get('ResourceClaim', 'default', 'p-00002'), made);
    const status = { requestMappings: [], resourceClaimName: 'p-00002' };
    cluster.reportExtendedResourceClaim(testPod({ name: 'gone' }), status);
    cluster.put(testPod({ name: 'p' }));
    cluster.reportExtendedResourceClaim(testPod({ name: 'p' }), status);
    assert.deepEqual(cluster.get('Pod', 'default', 'p')?.status.extendedResourceClaimStatus, status);
    cluster.deleteResourceClaim(made);
    assert.equal(cluster.count('ResourceClaim'), 1);
  });
});
