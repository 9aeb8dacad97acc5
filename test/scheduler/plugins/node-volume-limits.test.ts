import assert from 'node:assert/strict';
import type { Pod, SchedulingObjects, VolumeSource } from '../../../src/api/objects.ts';
import type { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { StoredKind } from '../../../src/scheduler/cluster/object-table.ts';
import { nodeVolumeLimits } from '../../../src/scheduler/plugins/node-volume-limits.ts';
import { assignPod, createPlugin, cycleFor, reasonsOf, testCluster, testNode, testPod } from '../support/cluster.ts';
import { eventOf, hintOf } from '../support/hints.ts';
import {
  claimSource,
  csiSource,
  ephemeralSource,
  testAttachment,
  testClaim,
  testCsiNode,
  testStorageClass,
  testVolume,
  volumesOf,
} from '../support/volume-objects.ts';

const full = 'unschedulable: node(s) exceed max volume count';
const driver = 'disk.example.com';

function podWith(name: string, sources: readonly VolumeSource[], nodeName = ''): Pod {
  return testPod({ name, spec: { volumes: volumesOf(...sources), nodeName } });
}

/** A claim with a CSI volume of its own; both are called the same. */
function disk(name: string, ofDriver = driver, handle = name): SchedulingObjects[StoredKind][] {
  return [testClaim({ name, boundTo: name }), testVolume({ name, keptFor: name, source: csiSource(ofDriver, handle) })];
}

const disks = (...names: readonly string[]): SchedulingObjects[StoredKind][] => names.flatMap((name) => disk(name));

function reasons(cluster: ClusterState, ...sources: readonly VolumeSource[]): Record<string, string> {
  return reasonsOf(createPlugin(nodeVolumeLimits, cluster), cycleFor(cluster, podWith('new', sources)));
}

describe('the plugin NodeVolumeLimits', () => {
  it('keeps a pod off a node whose driver can attach no more', () => {
    const nodes = [testNode({ name: 'a' }), testNode({ name: 'b' })];
    const running = [podWith('p', [claimSource('d1'), claimSource('d2')], 'a'), podWith('q', [claimSource('d3')], 'b')];
    const cluster = testCluster(nodes, running, [
      ...disks('d1', 'd2', 'd3', 'd4'),
      testCsiNode('a', { [driver]: 2 }),
      testCsiNode('b', { [driver]: 2 }),
    ]);
    assert.deepEqual(reasons(cluster, claimSource('d4')), { a: full });
  });

  it('counts a volume once, however many pods have it', () => {
    const running = [podWith('p', [claimSource('d1')], 'a'), podWith('q', [claimSource('d1')], 'a')];
    const cluster = testCluster([testNode({ name: 'a' })], running, [
      ...disks('d1', 'd2'),
      testCsiNode('a', { [driver]: 1 }),
    ]);
    assert.deepEqual(reasons(cluster, claimSource('d1')), {});
    assert.deepEqual(reasons(cluster, claimSource('d2')), { a: full });
  });

  it('does not limit drivers without a limit, nor nodes without a CSINode', () => {
    const nodes = [testNode({ name: 'a' }), testNode({ name: 'b' })];
    const cluster = testCluster(nodes, [], [...disks('d1'), testCsiNode('a', { [driver]: undefined, other: 0 })]);
    assert.deepEqual(reasons(cluster, claimSource('d1')), {});
  });

  it('counts each driver by itself', () => {
    const objects = [...disk('d1', 'x'), ...disk('d2', 'y'), ...disk('d3', 'x'), ...disk('d4', 'y')];
    const running = [podWith('p', [claimSource('d1')], 'a')];
    const cluster = testCluster([testNode({ name: 'a' })], running, [...objects, testCsiNode('a', { x: 1, y: 1 })]);
    assert.deepEqual(reasons(cluster, claimSource('d2')), {});
    assert.deepEqual(reasons(cluster, claimSource('d3')), { a: full });
    assert.deepEqual(reasons(cluster, claimSource('d2'), claimSource('d4')), { a: full });
    assert.deepEqual(reasons(cluster, claimSource('d1'), claimSource('d2')), {});
  });

  it('counts attachments that no pod uses any more, and once more for the pod that asks for one', () => {
    const objects = [...disks('d1', 'd2', 'd3'), testCsiNode('a', { [driver]: 2 })];
    const attached = [testAttachment('x', 'a', driver, 'd1'), testAttachment('y', 'a', driver, 'd2')];
    const cluster = testCluster(
      [testNode({ name: 'a' })],
      [podWith('p', [claimSource('d1')], 'a')],
      [...objects, ...attached],
    );
    const plugin = createPlugin(nodeVolumeLimits, cluster);
    const verdicts = (name: string) => reasonsOf(plugin, cycleFor(cluster, podWith('new', [claimSource(name)])));
    assert.deepEqual(verdicts('d1'), {});
    assert.deepEqual(verdicts('d2'), { a: full });
    assert.deepEqual(verdicts('d3'), { a: full });
    cluster.objects.delete('VolumeAttachment', attached[1] as (typeof attached)[1]);
    assert.deepEqual(verdicts('d3'), {});
  });

  it('passes over attachments of volumes that are gone, unnamed or not of CSI', () => {
    const cluster = testCluster(
      [testNode({ name: 'a' })],
      [],
      [
        ...disks('d1'),
        testVolume({ name: 'local' }),
        testCsiNode('a', { [driver]: 1 }),
        testAttachment('x', 'a', driver, 'gone'),
        testAttachment('y', 'a', driver),
        testAttachment('z', 'a', driver, 'local'),
        testAttachment('w', 'b', driver, 'd1'),
      ],
    );
    assert.deepEqual(reasons(cluster, claimSource('d1')), {});
  });

  it('counts a volume that is still to be made by its class, and the real one once it is there', () => {
    const cluster = testCluster(
      [testNode({ name: 'a' })],
      [],
      [
        testClaim({ name: 'c1' }),
        testClaim({ name: 'c2' }),
        testStorageClass({ provisioner: driver }),
        testCsiNode('a', { [driver]: 1 }),
      ],
    );
    const plugin = createPlugin(nodeVolumeLimits, cluster);
    const verdicts = (name: string) => reasonsOf(plugin, cycleFor(cluster, podWith('new', [claimSource(name)])));
    assert.deepEqual(verdicts('c1'), {});
    const old = assignPod(cluster, podWith('old', [claimSource('c1')], 'a'));
    assert.deepEqual(verdicts('c1'), {});
    assert.deepEqual(verdicts('c2'), { a: full });
    for (const object of disk('c1', driver, 'handle')) cluster.objects.set(object.kind, object);
    assert.deepEqual(verdicts('c1'), {});
    assert.deepEqual(verdicts('c2'), { a: full });
    cluster.unassign(old);
    assert.deepEqual(verdicts('c2'), {});
  });

  it('goes by the class while the volume of a claim has not come, and not at all without a class', () => {
    const cluster = testCluster(
      [testNode({ name: 'a' })],
      [podWith('old', [claimSource('c1'), claimSource('c2')], 'a')],
      [
        testClaim({ name: 'c1', boundTo: 'later' }),
        testClaim({ name: 'c2', storageClassName: '' }),
        testClaim({ name: 'c3', boundTo: 'other' }),
        testStorageClass({ provisioner: driver }),
        testCsiNode('a', { [driver]: 1 }),
      ],
    );
    assert.deepEqual(reasons(cluster, claimSource('c3')), { a: full });
    cluster.objects.set('PersistentVolume', testVolume({ name: 'later', source: { kind: 'other' } }));
    assert.deepEqual(reasons(cluster, claimSource('c3')), {});
  });

  it('follows the limits of a CSINode', () => {
    const cluster = testCluster([testNode({ name: 'a' })], [], [...disks('d1'), testCsiNode('a', { [driver]: 0 })]);
    const plugin = createPlugin(nodeVolumeLimits, cluster);
    const verdicts = () => reasonsOf(plugin, cycleFor(cluster, podWith('new', [claimSource('d1')])));
    assert.deepEqual(verdicts(), { a: full });
    cluster.objects.set('CSINode', testCsiNode('a', { [driver]: 1 }));
    assert.deepEqual(verdicts(), {});
    cluster.objects.set('CSINode', testCsiNode('a', { [driver]: 0 }));
    assert.deepEqual(verdicts(), { a: full });
    cluster.objects.delete('CSINode', testCsiNode('a', {}));
    assert.deepEqual(verdicts(), {});
  });

  it('refuses a pod whose claim is missing, but passes over those of running pods', () => {
    const cluster = testCluster(
      [testNode({ name: 'a' })],
      [podWith('p', [claimSource('gone')], 'a')],
      [...disks('d1'), testCsiNode('a', { [driver]: 1 })],
    );
    assert.deepEqual(reasons(cluster, claimSource('d1')), {});
    assert.deepEqual(reasons(cluster, claimSource('data')), {
      a: 'unresolvable: looking up PVC default/data: persistentvolumeclaim "data" not found',
    });
  });

  it('counts ephemeral volumes of the pod, and fails where one has a foreign claim', () => {
    const owners = [{ apiVersion: 'v1', kind: 'Pod', name: 'new', uid: 'default/new', controller: true }];
    const objects = [testStorageClass({ provisioner: driver }), testCsiNode('a', { [driver]: 0 })];
    const own = testCluster([testNode({ name: 'a' })], [], [testClaim({ name: 'new-v0', owners }), ...objects]);
    assert.deepEqual(reasons(own, ephemeralSource()), { a: full });
    const foreign = testCluster([testNode({ name: 'a' })], [], [testClaim({ name: 'new-v0' }), ...objects]);
    assert.throws(() => reasons(foreign, ephemeralSource()), {
      message: /PVC default\/new-v0 was not created for pod default\/new \(pod is not owner\)/,
    });
    const running = testCluster(
      [testNode({ name: 'a' })],
      [podWith('old', [ephemeralSource()], 'a')],
      [testClaim({ name: 'old-v0' }), ...disks('d1'), ...objects],
    );
    assert.throws(() => reasons(running, claimSource('d1')), { message: /PVC default\/old-v0 was not created/ });
    for (const object of disk('d2', 'unlimited')) running.objects.set(object.kind, object);
    assert.throws(() => reasons(running, claimSource('d2')), { message: /PVC default\/old-v0 was not created/ });
  });

  it('has nothing to say of pods without volumes that are attached', () => {
    const cluster = testCluster([testNode()]);
    const plugin = createPlugin(nodeVolumeLimits, cluster);
    assert.equal(plugin.preFilter?.(cycleFor(cluster, testPod())), 'skip');
    assert.equal(plugin.preFilter?.(cycleFor(cluster, podWith('new', [{ kind: 'other' }]))), 'skip');
  });

  describe('with volumes of plugins that have become CSI drivers', () => {
    const ebs = (volumeID: string): VolumeSource => ({ kind: 'awsElasticBlockStore', volumeID, readOnly: false });
    const gce = (pdName: string): VolumeSource => ({ kind: 'gcePersistentDisk', pdName, readOnly: false });

    it('counts them on nodes that have moved, by the name that the driver has for them', () => {
      const nodes = [testNode({ name: 'a' }), testNode({ name: 'b' })];
      const limits = { 'ebs.csi.aws.com': 1 };
      const running = ['a', 'b'].map((node) => podWith(`on-${node}`, [ebs('aws://us-east-1a/vol-1')], node));
      const cluster = testCluster(nodes, running, [
        testCsiNode('a', limits, ['kubernetes.io/aws-ebs', 'kubernetes.io/gce-pd']),
        testCsiNode('b', limits),
      ]);
      assert.deepEqual(reasons(cluster, ebs('vol-2')), { a: full });
      assert.deepEqual(reasons(cluster, ebs('vol-1')), {});
    });

    it('counts them behind claims, and while they are still to be made', () => {
      const cluster = testCluster(
        [testNode({ name: 'a' })],
        [podWith('old', [claimSource('c1')], 'a')],
        [
          testClaim({ name: 'c1', boundTo: 'pd' }),
          testVolume({
            name: 'pd',
            labels: { 'topology.kubernetes.io/zone': 'us-east1-b' },
            source: { kind: 'gcePersistentDisk', pdName: 'pd' },
          }),
          testClaim({ name: 'c2', storageClassName: 'pd' }),
          testStorageClass({ name: 'pd', provisioner: 'kubernetes.io/gce-pd' }),
          testCsiNode('a', { 'pd.csi.storage.gke.io': 1 }, ['kubernetes.io/gce-pd']),
        ],
      );
      assert.deepEqual(reasons(cluster, claimSource('c1')), {});
      assert.deepEqual(reasons(cluster, claimSource('c2')), { a: full });
      assert.deepEqual(reasons(cluster, gce('other')), { a: full });
    });

    it('counts anew when a node moves', () => {
      const limits = { 'ebs.csi.aws.com': 1 };
      const cluster = testCluster(
        [testNode({ name: 'a' })],
        [podWith('old', [ebs('vol-1')], 'a')],
        [testCsiNode('a', limits)],
      );
      const plugin = createPlugin(nodeVolumeLimits, cluster);
      const verdicts = () => reasonsOf(plugin, cycleFor(cluster, podWith('new', [ebs('vol-2')])));
      assert.deepEqual(verdicts(), {});
      cluster.objects.set('CSINode', testCsiNode('a', limits, ['kubernetes.io/aws-ebs']));
      assert.deepEqual(verdicts(), { a: full });
      cluster.objects.set('CSINode', testCsiNode('a', limits));
      assert.deepEqual(verdicts(), {});
    });
  });

  describe('wakes a pod', () => {
    const plugin = createPlugin(nodeVolumeLimits, testCluster([]));
    const waits = podWith('new', [claimSource('claim')]);

    it('when a CSINode comes, or allows more', () => {
      assert.equal(
        hintOf(plugin, 'CSINode', 'add')(waits, eventOf('CSINode', 'add', undefined, testCsiNode('a', {}))),
        'queue',
      );
      const hint = hintOf(plugin, 'CSINode', 'update');
      const changes = (from: number | undefined, to: number | undefined) =>
        hint(
          waits,
          eventOf('CSINode', 'update', testCsiNode('a', { [driver]: from }), testCsiNode('a', { [driver]: to })),
        );
      assert.equal(changes(1, 2), 'queue');
      assert.equal(changes(undefined, 2), 'queue');
      assert.equal(changes(2, 1), 'skip');
      assert.equal(changes(2, 2), 'skip');
    });

    it('when a pod with volumes leaves a node', () => {
      const hint = hintOf(plugin, 'AssignedPod', 'delete');
      const leaves = (pod: Pod) => hint(waits, eventOf('AssignedPod', 'delete', pod, undefined));
      assert.equal(leaves(podWith('old', [claimSource('c')], 'a')), 'queue');
      assert.equal(leaves(podWith('old', [ephemeralSource()], 'a')), 'queue');
      assert.equal(leaves(podWith('old', [{ kind: 'azureDisk', diskName: 'd', readOnly: false }], 'a')), 'queue');
      assert.equal(leaves(podWith('old', [{ kind: 'other' }], 'a')), 'skip');
      assert.equal(leaves(podWith('old', [claimSource('c')])), 'skip');
    });

    it('when its claim comes, also that of an ephemeral volume', () => {
      const hint = hintOf(plugin, 'PersistentVolumeClaim', 'add');
      const comes = (pod: Pod, name: string) =>
        hint(pod, eventOf('PersistentVolumeClaim', 'add', undefined, testClaim({ name })));
      assert.equal(comes(waits, 'claim'), 'queue');
      assert.equal(comes(waits, 'other'), 'skip');
      assert.equal(comes(podWith('new', [ephemeralSource()]), 'new-v0'), 'queue');
    });

    it('when something is detached that its driver could attach', () => {
      const hint = hintOf(plugin, 'VolumeAttachment', 'delete');
      const detached = (pod: Pod, attacher: string) =>
        hint(pod, eventOf('VolumeAttachment', 'delete', testAttachment('x', 'a', attacher, 'd'), undefined));
      assert.equal(detached(waits, driver), 'queue');
      const inline = podWith('new', [{ kind: 'gcePersistentDisk', pdName: 'd', readOnly: false }]);
      assert.equal(detached(inline, 'pd.csi.storage.gke.io'), 'queue');
      assert.equal(detached(inline, driver), 'skip');
    });
  });
});
