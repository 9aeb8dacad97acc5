import assert from 'node:assert/strict';
import type { CSIStorageCapacity, Pod, StorageClass, VolumeSource } from '../../../src/api/objects.ts';
import { volumeBinding } from '../../../src/scheduler/plugins/volume-binding.ts';
import { createPlugin, testCluster, testNode, testPod } from '../support/cluster.ts';
import { eventOf, hintOf } from '../support/hints.ts';
import {
  claimSource,
  ephemeralSource,
  testCapacity,
  testClaim,
  testCsiDriver,
  testCsiNode,
  testStorageClass,
  testVolume,
  volumesOf,
} from '../support/volume-objects.ts';

const podWith = (source: VolumeSource): Pod => testPod({ spec: { volumes: volumesOf(source) } });

describe('VolumeBinding wakes a pod', () => {
  const plugin = createPlugin(volumeBinding, testCluster([]));
  const waits = podWith(claimSource('claim'));

  it('when a class comes, or allows other nodes', () => {
    const changes = (before: StorageClass | undefined, after: StorageClass) => {
      const action = before === undefined ? 'add' : 'update';
      return hintOf(plugin, 'StorageClass', action)(waits, eventOf('StorageClass', action, before, after));
    };
    const inZone = testStorageClass({ allowedTopologies: [{ zone: ['z'] }] });
    assert.equal(changes(undefined, testStorageClass()), 'queue');
    assert.equal(changes(testStorageClass(), inZone), 'queue');
    assert.equal(changes(inZone, testStorageClass({ allowedTopologies: [{ zone: ['z'] }] })), 'skip');
  });

  it('when a claim of its own comes or changes', () => {
    const hint = hintOf(plugin, 'PersistentVolumeClaim', 'update');
    const changes = (pod: Pod, words: Parameters<typeof testClaim>[0]) =>
      hint(pod, eventOf('PersistentVolumeClaim', 'update', testClaim(words), testClaim(words)));
    assert.equal(changes(waits, {}), 'queue');
    assert.equal(changes(waits, { name: 'other' }), 'skip');
    assert.equal(changes(waits, { namespace: 'other' }), 'skip');
    assert.equal(changes(podWith(ephemeralSource()), { name: 'pod-v0' }), 'queue');
  });

  it('when any volume comes or changes, a node comes or has other labels', () => {
    const volume = eventOf('PersistentVolume', 'update', testVolume(), testVolume());
    assert.equal(hintOf(plugin, 'PersistentVolume', 'update')(waits, volume), 'queue');
    const node = eventOf('Node', 'update-labels', testNode(), testNode());
    assert.equal(hintOf(plugin, 'Node', 'update-labels')(waits, node), 'queue');
    assert.equal(hintOf(plugin, 'Node', 'update-taints')(waits, node), 'not registered');
    assert.equal(hintOf(plugin, 'AssignedPod', 'delete')(waits, node), 'not registered');
  });

  it('when a CSINode comes, or moves a plugin to its driver', () => {
    const hint = hintOf(plugin, 'CSINode', 'update');
    const moves = (from: readonly string[], to: readonly string[]) =>
      hint(waits, eventOf('CSINode', 'update', testCsiNode('a', {}, from), testCsiNode('a', {}, to)));
    assert.equal(moves([], ['kubernetes.io/gce-pd']), 'queue');
    assert.equal(moves(['kubernetes.io/gce-pd'], ['kubernetes.io/gce-pd']), 'skip');
    const comes = eventOf('CSINode', 'add', undefined, testCsiNode('a', {}));
    assert.equal(hintOf(plugin, 'CSINode', 'add')(waits, comes), 'queue');
  });

  it('when the driver of an inline volume no longer says how much it has', () => {
    const hint = hintOf(plugin, 'CSIDriver', 'update');
    const inline = podWith({ kind: 'csi', driver: 'd' });
    const changes = (pod: Pod, from: boolean, to: boolean) =>
      hint(pod, eventOf('CSIDriver', 'update', testCsiDriver('d', from), testCsiDriver('d', to)));
    assert.equal(changes(inline, true, false), 'queue');
    assert.equal(changes(inline, false, true), 'skip');
    assert.equal(changes(waits, true, false), 'skip');
  });

  it('when there is more room', () => {
    const changes = (before: CSIStorageCapacity | undefined, after: CSIStorageCapacity) => {
      const action = before === undefined ? 'add' : 'update';
      return hintOf(plugin, 'CSIStorageCapacity', action)(waits, eventOf('CSIStorageCapacity', action, before, after));
    };
    assert.equal(changes(undefined, testCapacity()), 'queue');
    assert.equal(changes(testCapacity({ capacity: '1Gi' }), testCapacity({ capacity: '2Gi' })), 'queue');
    assert.equal(changes(testCapacity(), testCapacity({ capacity: '2Gi' })), 'queue');
    assert.equal(changes(testCapacity({ capacity: '2Gi' }), testCapacity({ capacity: '1Gi' })), 'skip');
    assert.equal(changes(testCapacity({ capacity: '2Gi' }), testCapacity()), 'skip');
  });
});
