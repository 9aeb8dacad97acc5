import assert from 'node:assert/strict';
import type { Labels, Pod, SchedulingObjects } from '../../../src/api/objects.ts';
import type { StoredKind } from '../../../src/scheduler/cluster/object-table.ts';
import { volumeZone } from '../../../src/scheduler/plugins/volume-zone.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode, testPod } from '../support/cluster.ts';
import { eventOf, hintOf } from '../support/hints.ts';
import {
  claimSource,
  ephemeralSource,
  testClaim,
  testStorageClass,
  testVolume,
  volumesOf,
} from '../support/volume-objects.ts';

const elsewhere = 'unresolvable: node(s) had no available volume zone';
const zone = 'topology.kubernetes.io/zone';
const region = 'topology.kubernetes.io/region';
const oldZone = 'failure-domain.beta.kubernetes.io/zone';
const oldRegion = 'failure-domain.beta.kubernetes.io/region';

const podWithClaim: Pod = testPod({ spec: { volumes: volumesOf(claimSource('claim')) } });

/** What becomes of a pod whose volume has these labels on a node with those. */
function verdict(volumeLabels: Labels, nodeLabels: Labels): string | undefined {
  return reasons([testClaim({ boundTo: 'volume' }), testVolume({ labels: volumeLabels })], nodeLabels).a;
}

function reasons(
  objects: readonly SchedulingObjects[StoredKind][],
  labels: Labels = { [zone]: 'z1' },
  pod = podWithClaim,
): Record<string, string> {
  const cluster = testCluster([testNode({ name: 'a', labels })], [], objects);
  return reasonsOf(createPlugin(volumeZone, cluster), cycleFor(cluster, pod));
}

describe('the plugin VolumeZone', () => {
  it('keeps a pod in the zone and region of its volume', () => {
    assert.equal(verdict({ [zone]: 'z1' }, { [zone]: 'z1' }), undefined);
    assert.equal(verdict({ [zone]: 'z1' }, { [zone]: 'z2' }), elsewhere);
    assert.equal(verdict({ [region]: 'r1', [zone]: 'z1' }, { [region]: 'r1', [zone]: 'z1' }), undefined);
    assert.equal(verdict({ [region]: 'r1', [zone]: 'z1' }, { [region]: 'r2', [zone]: 'z1' }), elsewhere);
  });

  it('lets a node that says nothing of zones or regions have any volume', () => {
    assert.equal(verdict({ [zone]: 'z1' }, { rack: 'r' }), undefined);
    assert.equal(verdict({ [zone]: 'z1' }, { [region]: 'r1' }), elsewhere);
  });

  it('takes a volume of several zones to each of them', () => {
    assert.equal(verdict({ [zone]: 'z1__z2' }, { [zone]: 'z2' }), undefined);
    assert.equal(verdict({ [zone]: 'z1__ z2' }, { [zone]: 'z2' }), undefined);
    assert.equal(verdict({ [zone]: 'z1__z2' }, { [zone]: 'z3' }), elsewhere);
  });

  it('passes over a label with an empty zone', () => {
    assert.equal(verdict({ [zone]: 'z1__' }, { [zone]: 'z2' }), undefined);
  });

  it("looks for a beta label of the volume under the node's new label, but not the other way round", () => {
    assert.equal(verdict({ [oldZone]: 'z1' }, { [oldZone]: 'z1' }), undefined);
    assert.equal(verdict({ [oldZone]: 'z1' }, { [zone]: 'z1' }), undefined);
    assert.equal(verdict({ [oldRegion]: 'r1' }, { [region]: 'r2' }), elsewhere);
    assert.equal(verdict({ [zone]: 'z1' }, { [oldZone]: 'z1' }), elsewhere);
  });

  it('has nothing to say of pods without claims, or whose volumes have no zone', () => {
    const cluster = testCluster([testNode()], [], [testClaim({ boundTo: 'volume' }), testVolume()]);
    const plugin = createPlugin(volumeZone, cluster);
    assert.equal(plugin.preFilter?.(cycleFor(cluster, testPod())), 'skip');
    assert.equal(plugin.preFilter?.(cycleFor(cluster, podWithClaim)), 'skip');
    const ephemeral = testPod({ spec: { volumes: volumesOf(ephemeralSource()) } });
    assert.equal(plugin.preFilter?.(cycleFor(cluster, ephemeral)), 'skip');
  });

  it('says what is missing', () => {
    assert.deepEqual(reasons([]), { a: 'unresolvable: persistentvolumeclaim "claim" not found' });
    const gone = testClaim({ boundTo: 'gone' });
    assert.deepEqual(reasons([gone]), { a: 'unresolvable: persistentvolume "gone" not found' });
    const unknown = testClaim({ storageClassName: 'unknown' });
    assert.deepEqual(reasons([unknown]), { a: 'unresolvable: storageclass.storage.k8s.io "unknown" not found' });
    assert.deepEqual(reasons([testClaim({ storageClassName: '' })]), {
      a: 'unresolvable: PersistentVolumeClaim had no pv name and storageClass name',
    });
    const unnamed = testPod({ spec: { volumes: volumesOf(claimSource('')) } });
    assert.deepEqual(reasons([], {}, unnamed), { a: 'unresolvable: PersistentVolumeClaim had no name' });
  });

  it('lets an unbound claim be that waits for its first pod, and no other', () => {
    assert.deepEqual(reasons([testClaim(), testStorageClass()]), {});
    assert.deepEqual(reasons([testClaim(), testStorageClass({ mode: 'Immediate' })]), {
      a: 'unresolvable: PersistentVolume had no name',
    });
  });

  it('wakes a pod for a class that waits, its own claim, and a volume that comes or moves', () => {
    const plugin = createPlugin(volumeZone, testCluster([]));
    const classHint = hintOf(plugin, 'StorageClass', 'add');
    const comes = (mode: 'Immediate' | 'WaitForFirstConsumer') =>
      classHint(podWithClaim, eventOf('StorageClass', 'add', undefined, testStorageClass({ mode })));
    assert.equal(comes('WaitForFirstConsumer'), 'queue');
    assert.equal(comes('Immediate'), 'skip');

    const claimHint = hintOf(plugin, 'PersistentVolumeClaim', 'update');
    const changes = (name: string) =>
      claimHint(podWithClaim, eventOf('PersistentVolumeClaim', 'update', testClaim({ name }), testClaim({ name })));
    assert.equal(changes('claim'), 'queue');
    assert.equal(changes('other'), 'skip');

    const volumeHint = hintOf(plugin, 'PersistentVolume', 'update');
    const moves = (from: Labels, to: Labels) =>
      volumeHint(
        podWithClaim,
        eventOf('PersistentVolume', 'update', testVolume({ labels: from }), testVolume({ labels: to })),
      );
    assert.equal(moves({ [zone]: 'z1' }, { [zone]: 'z2' }), 'queue');
    assert.equal(moves({ [zone]: 'z1' }, { [zone]: 'z1', rack: 'r' }), 'skip');
    const volumeComes = eventOf('PersistentVolume', 'add', undefined, testVolume());
    assert.equal(hintOf(plugin, 'PersistentVolume', 'add')(podWithClaim, volumeComes), 'queue');

    const nodeComes = eventOf('Node', 'add', undefined, testNode());
    assert.equal(hintOf(plugin, 'Node', 'add')(podWithClaim, nodeComes), 'queue');
    assert.equal(hintOf(plugin, 'Node', 'update-taints')(podWithClaim, nodeComes), 'not registered');
  });
});
