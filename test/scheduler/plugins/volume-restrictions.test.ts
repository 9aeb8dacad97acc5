import assert from 'node:assert/strict';
import type { Pod, VolumeSource } from '../../../src/api/objects.ts';
import { volumeRestrictions } from '../../../src/scheduler/plugins/volume-restrictions.ts';
import { assignPod, createPlugin, cycleFor, reasonsOf, testCluster, testNode, testPod } from '../support/cluster.ts';
import { eventOf, hintOf } from '../support/hints.ts';
import { claimSource, testClaim, volumesOf } from '../support/volume-objects.ts';

const diskTaken = 'unschedulable: node(s) had no available disk';
const claimTaken =
  'unschedulable: node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';

function podWith(name: string, source: VolumeSource, nodeName = ''): Pod {
  return testPod({ name, spec: { volumes: volumesOf(source), nodeName } });
}

/** Whether a pod with `wanted` may join one with `used`. */
function mayJoin(used: VolumeSource, wanted: VolumeSource): boolean {
  const cluster = testCluster([testNode({ name: 'a' }), testNode({ name: 'b' })], [podWith('old', used, 'a')]);
  const reasons = reasonsOf(createPlugin(volumeRestrictions, cluster), cycleFor(cluster, podWith('new', wanted)));
  assert.ok(!('b' in reasons));
  if (!('a' in reasons)) return true;
  assert.equal(reasons.a, diskTaken);
  return false;
}

const gce = (pdName: string, readOnly: boolean): VolumeSource => ({ kind: 'gcePersistentDisk', pdName, readOnly });
const ebs = (volumeID: string, readOnly: boolean): VolumeSource => ({
  kind: 'awsElasticBlockStore',
  volumeID,
  readOnly,
});
const iscsi = (iqn: string, readOnly: boolean): VolumeSource => ({ kind: 'iscsi', iqn, readOnly });
const rbd = (monitors: readonly string[], pool: string, image: string, readOnly = false): VolumeSource => ({
  kind: 'rbd',
  monitors,
  pool,
  image,
  readOnly,
});

describe('the plugin VolumeRestrictions', () => {
  it('lets pods of a node share a GCE disk, an iSCSI volume and an RBD image only for reading', () => {
    assert.ok(!mayJoin(gce('d', false), gce('d', true)));
    assert.ok(!mayJoin(gce('d', true), gce('d', false)));
    assert.ok(mayJoin(gce('d', true), gce('d', true)));
    assert.ok(mayJoin(gce('d', false), gce('other', false)));
    assert.ok(!mayJoin(iscsi('i', true), iscsi('i', false)));
    assert.ok(mayJoin(iscsi('i', true), iscsi('i', true)));
    assert.ok(mayJoin(iscsi('i', false), iscsi('j', false)));
    assert.ok(mayJoin(rbd(['m'], 'p', 'i', true), rbd(['m'], 'p', 'i', true)));
  });

  it('never lets pods of a node share an EBS volume', () => {
    assert.ok(!mayJoin(ebs('v', true), ebs('v', true)));
    assert.ok(mayJoin(ebs('v', true), ebs('w', true)));
  });

  it('takes RBD images for the same when a monitor, the pool and the image are', () => {
    assert.ok(!mayJoin(rbd(['m', 'n'], 'p', 'i'), rbd(['n', 'o'], 'p', 'i')));
    assert.ok(mayJoin(rbd(['m'], 'p', 'i'), rbd(['n'], 'p', 'i')));
    assert.ok(mayJoin(rbd(['m'], 'p', 'i'), rbd(['m'], 'q', 'i')));
    assert.ok(mayJoin(rbd(['m'], 'p', 'i'), rbd(['m'], 'p', 'j')));
  });

  it('tells kinds of disks apart', () => {
    assert.ok(mayJoin(gce('d', false), ebs('d', false)));
    assert.ok(mayJoin(iscsi('d', false), gce('d', false)));
  });

  it('has nothing to say of a pod without such volumes', () => {
    const cluster = testCluster([testNode()], [], [testClaim()]);
    const plugin = createPlugin(volumeRestrictions, cluster);
    assert.equal(plugin.preFilter?.(cycleFor(cluster, testPod())), 'skip');
    assert.equal(plugin.preFilter?.(cycleFor(cluster, podWith('new', claimSource('claim')))), 'skip');
  });

  it('keeps a pod whose claim is missing off every node, for good', () => {
    const cluster = testCluster([testNode({ name: 'a' })]);
    const cycle = cycleFor(cluster, podWith('new', claimSource('data')));
    assert.deepEqual(reasonsOf(createPlugin(volumeRestrictions, cluster), cycle), {
      a: 'unresolvable: persistentvolumeclaim "data" not found',
    });
  });

  it('lets one pod at a time use a ReadWriteOncePod claim, wherever it runs', () => {
    const claim = testClaim({ accessModes: ['ReadWriteOncePod'] });
    const nodes = [testNode({ name: 'a' }), testNode({ name: 'b' })];
    const cluster = testCluster(nodes, [podWith('old', claimSource('claim'), 'a')], [claim]);
    const plugin = createPlugin(volumeRestrictions, cluster);
    const cycle = cycleFor(cluster, podWith('new', claimSource('claim')));
    assert.deepEqual(reasonsOf(plugin, cycle), { a: claimTaken, b: claimTaken });
  });

  it('follows what-ifs: once the other pod is gone the claim is free, and taken again when it is back', () => {
    const claim = testClaim({ accessModes: ['ReadWriteOncePod'] });
    const cluster = testCluster([testNode({ name: 'a' })], [], [claim]);
    const plugin = createPlugin(volumeRestrictions, cluster);
    const old = assignPod(cluster, podWith('old', claimSource('claim'), 'a'));
    const cycle = cycleFor(cluster, podWith('new', claimSource('claim')));
    assert.equal(plugin.preFilter?.(cycle), undefined);
    const { slot } = old;
    const fits = (): boolean => {
      const block = { slots: Int32Array.of(slot), count: 1 };
      plugin.filter?.(cycle, block);
      return block.count === 1;
    };
    assert.ok(!fits());
    cluster.unassign(old);
    plugin.removePod?.(cycle, old, slot);
    assert.ok(fits());
    cluster.assign(old, slot);
    plugin.addPod?.(cycle, old, slot);
    assert.ok(!fits());
  });

  it('follows disks through what-ifs', () => {
    const cluster = testCluster([testNode({ name: 'a' })]);
    const plugin = createPlugin(volumeRestrictions, cluster);
    const old = assignPod(cluster, podWith('old', gce('d', false), 'a'));
    const wanted = podWith('new', gce('d', false));
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, wanted)), { a: diskTaken });
    const { slot } = old;
    cluster.unassign(old);
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, wanted)), {});
    cluster.assign(old, slot);
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, wanted)), { a: diskTaken });
  });

  it('does not take an ephemeral volume for a use of a claim that is named', () => {
    const claim = testClaim({ name: 'old-v0', accessModes: ['ReadWriteOncePod'] });
    const ephemeral: VolumeSource = { kind: 'ephemeral', template: claim.spec, labels: {} };
    const cluster = testCluster([testNode({ name: 'a' })], [podWith('old', ephemeral, 'a')], [claim]);
    const cycle = cycleFor(cluster, podWith('new', claimSource('old-v0')));
    assert.deepEqual(reasonsOf(createPlugin(volumeRestrictions, cluster), cycle), {});
  });

  it('wakes a pod when one goes that had its disk or its claim, in the same namespace', () => {
    const plugin = createPlugin(volumeRestrictions, testCluster([]));
    const hint = hintOf(plugin, 'AssignedPod', 'delete');
    const gone = (pod: Pod) => eventOf('AssignedPod', 'delete', pod, undefined);
    const waits = podWith('new', gce('d', false));
    assert.equal(hint(waits, gone(podWith('old', gce('d', false), 'a'))), 'queue');
    assert.equal(hint(waits, gone(podWith('old', gce('e', false), 'a'))), 'skip');
    const elsewhere = testPod({ namespace: 'other', spec: { volumes: volumesOf(gce('d', false)), nodeName: 'a' } });
    assert.equal(hint(waits, gone(elsewhere)), 'skip');
    const claims = podWith('new', claimSource('claim'));
    assert.equal(hint(claims, gone(podWith('old', claimSource('claim'), 'a'))), 'queue');
    assert.equal(hint(claims, gone(podWith('old', claimSource('mine'), 'a'))), 'skip');
  });

  it('wakes a pod when its claim comes', () => {
    const plugin = createPlugin(volumeRestrictions, testCluster([]));
    const hint = hintOf(plugin, 'PersistentVolumeClaim', 'add');
    const waits = podWith('new', claimSource('claim'));
    const comes = (claim: ReturnType<typeof testClaim>) => eventOf('PersistentVolumeClaim', 'add', undefined, claim);
    assert.equal(hint(waits, comes(testClaim())), 'queue');
    assert.equal(hint(waits, comes(testClaim({ name: 'other' }))), 'skip');
    assert.equal(hint(waits, comes(testClaim({ namespace: 'other' }))), 'skip');
  });
});
