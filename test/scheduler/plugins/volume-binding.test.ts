import assert from 'node:assert/strict';
import type { Labels, Pod, SchedulingObjects, VolumeSource } from '../../../src/api/objects.ts';
import type { StoredKind } from '../../../src/scheduler/cluster/object-table.ts';
import { volumeBinding } from '../../../src/scheduler/plugins/volume-binding.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode, testPod } from '../support/cluster.ts';
import {
  claimSource,
  ephemeralSource,
  testCapacity,
  testClaim,
  testCsiDriver,
  testStorageClass,
  testVolume,
  volumesOf,
} from '../support/volume-objects.ts';

type StoredObject = SchedulingObjects[StoredKind];

const unreachable = "unresolvable: node(s) didn't match PersistentVolume's node affinity";
const noVolume = "unresolvable: node(s) didn't find available persistent volumes to bind";
const noSpace = 'unresolvable: node(s) did not have enough free storage';
const gone = 'unresolvable: node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

function podWith(...sources: readonly VolumeSource[]): Pod {
  return testPod({ spec: { volumes: volumesOf(...sources) } });
}

/** On nodes `a` and `b`, labelled with their own names and with `zone` z1 and z2. */
function reasons(objects: readonly StoredObject[], pod = podWith(claimSource('claim'))): Record<string, string> {
  const labels = (node: string, zone: string): Labels => ({ 'kubernetes.io/hostname': node, zone });
  const nodes = [
    testNode({ name: 'a', labels: labels('a', 'z1') }),
    testNode({ name: 'b', labels: labels('b', 'z2') }),
  ];
  const cluster = testCluster(nodes, [], objects);
  return reasonsOf(createPlugin(volumeBinding, cluster), cycleFor(cluster, pod));
}

const everywhere = (reason: string): Record<string, string> => ({ a: reason, b: reason });

describe('the plugin VolumeBinding', () => {
  it('has nothing to say of pods without claims', () => {
    const cluster = testCluster([testNode()]);
    const plugin = createPlugin(volumeBinding, cluster);
    assert.equal(plugin.preFilter?.(cycleFor(cluster, testPod())), 'skip');
    assert.equal(plugin.preFilter?.(cycleFor(cluster, podWith({ kind: 'other' }))), 'skip');
  });

  it('says why a pod cannot be placed for its claims', () => {
    assert.deepEqual(reasons([]), everywhere('unresolvable: persistentvolumeclaim "claim" not found'));
    assert.deepEqual(
      reasons([testClaim({ volumeName: 'pv', phase: 'Lost' })]),
      everywhere('unresolvable: persistentvolumeclaim "claim" bound to non-existent persistentvolume "pv"'),
    );
    assert.deepEqual(
      reasons([testClaim({ deletionTimestamp: '2026-01-01T00:00:00Z' })]),
      everywhere('unresolvable: persistentvolumeclaim "claim" is being deleted'),
    );
    assert.deepEqual(
      reasons([], podWith(ephemeralSource())),
      everywhere('unresolvable: waiting for ephemeral volume controller to create the persistentvolumeclaim "pod-v0"'),
    );
    assert.deepEqual(
      reasons([testClaim({ name: 'pod-v0' })], podWith(ephemeralSource())),
      everywhere('unresolvable: PVC default/pod-v0 was not created for pod default/pod (pod is not owner)'),
    );
  });

  it('waits for claims that are bound at once, that have no class, or that name a volume', () => {
    const unbound = everywhere('unresolvable: pod has unbound immediate PersistentVolumeClaims');
    assert.deepEqual(reasons([testClaim(), testStorageClass({ mode: 'Immediate' })]), unbound);
    assert.deepEqual(reasons([testClaim()]), unbound);
    assert.deepEqual(reasons([testClaim({ storageClassName: '' })]), unbound);
    assert.deepEqual(
      reasons([testClaim({ volumeName: 'pv' }), testStorageClass(), testVolume({ name: 'pv' })]),
      unbound,
    );
  });

  describe('for a bound claim', () => {
    const claim = testClaim({ boundTo: 'volume' });

    it('goes where its volume can be reached', () => {
      assert.deepEqual(reasons([claim, testVolume()]), {});
      assert.deepEqual(reasons([claim, testVolume({ onNodesWith: { zone: 'z1' } })]), { b: unreachable });
    });

    it('goes nowhere when its volume is gone', () => {
      assert.deepEqual(reasons([claim]), everywhere(gone));
    });

    it("does not look at a node's name", () => {
      const byName = { key: 'metadata.name', operator: 'In', values: ['a'] } as const;
      const affinity = { nodeSelectorTerms: [{ matchExpressions: [], matchFields: [byName] }] };
      assert.deepEqual(reasons([claim, testVolume({ affinity })]), everywhere(unreachable));
    });

    it('stops at the first claim with a problem', () => {
      const pod = podWith(claimSource('lost'), claimSource('claim'));
      const lost = testClaim({ name: 'lost', boundTo: 'gone' });
      assert.deepEqual(reasons([lost, claim, testVolume({ onNodesWith: { zone: 'z1' } })], pod), everywhere(gone));
      const other = podWith(claimSource('claim'), claimSource('lost'));
      assert.deepEqual(reasons([lost, claim, testVolume({ onNodesWith: { zone: 'z1' } })], other), {
        a: gone,
        b: unreachable,
      });
    });
  });

  describe('for a claim that waits for its first pod', () => {
    const claim = testClaim();
    const slow = testStorageClass();

    it('needs a free volume that the node reaches', () => {
      assert.deepEqual(reasons([claim, slow]), everywhere(noVolume));
      assert.deepEqual(reasons([claim, slow, testVolume()]), {});
      assert.deepEqual(reasons([claim, slow, testVolume({ onNodesWith: { zone: 'z2' } })]), { a: noVolume });
      assert.deepEqual(reasons([claim, slow, testVolume({ onNodesWith: { 'kubernetes.io/hostname': 'a' } })]), {
        b: noVolume,
      });
    });

    it('needs one of its class, mode, access, size and labels that nobody has or removes', () => {
      const without = (words: Parameters<typeof testVolume>[0]): void =>
        assert.deepEqual(reasons([claim, slow, testVolume(words)]), everywhere(noVolume));
      without({ storageClassName: 'fast' });
      without({ volumeMode: 'Block' });
      without({ accessModes: ['ReadOnlyMany'] });
      without({ storage: '1023Mi' });
      without({ phase: 'Released' });
      without({ phase: 'Pending' });
      without({ keptFor: 'other' });
      without({ keptFor: 'other/claim' });
      without({ deletionTimestamp: '2026-01-01T00:00:00Z' });
      without({ volumeAttributesClassName: 'gold' });
      const matchExpressions = [{ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] } as const];
      const choosy = testClaim({ selector: { matchLabels: {}, matchExpressions } });
      assert.deepEqual(reasons([choosy, slow, testVolume({ labels: { disk: 'hdd' } })]), everywhere(noVolume));
      assert.deepEqual(reasons([choosy, slow, testVolume({ labels: { disk: 'nvme' } })]), {});
      const many = testClaim({ accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] });
      assert.deepEqual(reasons([many, slow, testVolume()]), everywhere(noVolume));
    });

    it('takes the class from the annotation of old, on claims and on volumes', () => {
      const annotations = { 'volume.beta.kubernetes.io/storage-class': 'slow' };
      const old = { ...testClaim({ storageClassName: 'fast' }), metadata: { ...claim.metadata, annotations } };
      const volume = testVolume({ storageClassName: 'fast' });
      assert.deepEqual(reasons([old, slow, testVolume()]), {});
      assert.deepEqual(reasons([old, slow, volume]), everywhere(noVolume));
      assert.deepEqual(reasons([old, slow, { ...volume, metadata: { ...volume.metadata, annotations } }]), {});
    });

    it('takes the volume that is kept for it, and no other even where that cannot be reached', () => {
      const kept = testVolume({ name: 'kept', keptFor: 'claim', storage: '9Gi', onNodesWith: { zone: 'z1' } });
      assert.deepEqual(reasons([claim, slow, kept, testVolume()]), { b: noVolume });
    });

    it('passes over a kept volume that is too small, of another mode or for a claim of another uid', () => {
      const small = testVolume({ name: 'kept', keptFor: 'claim', storage: '1Mi' });
      assert.deepEqual(reasons([claim, slow, small, testVolume()]), {});
      assert.deepEqual(reasons([claim, slow, small]), everywhere(noVolume));
      const stale = testVolume({ name: 'kept', keptFor: 'claim', keptForUid: 'old' });
      assert.deepEqual(reasons([testClaim({ uid: 'new' }), slow, stale]), everywhere(noVolume));
    });

    it('finds different volumes for the claims of one pod', () => {
      const pod = podWith(claimSource('claim'), claimSource('second'));
      const second = testClaim({ name: 'second' });
      assert.deepEqual(reasons([claim, second, slow, testVolume()], pod), everywhere(noVolume));
      const two = [testVolume(), testVolume({ name: 'two', onNodesWith: { zone: 'z1' } })];
      assert.deepEqual(reasons([claim, second, slow, ...two], pod), { b: noVolume });
    });

    it('serves small claims first, so that they do not take the large volumes', () => {
      const pod = podWith(claimSource('large'), claimSource('claim'));
      const large = testClaim({ name: 'large', storage: '5Gi' });
      const volumes = [testVolume({ name: 'five', storage: '5Gi' }), testVolume({ name: 'one' })];
      assert.deepEqual(reasons([claim, large, slow, ...volumes], pod), {});
    });
  });

  describe('for a claim whose volume is to be provisioned', () => {
    const claim = testClaim();
    const driver = 'disk.example.com';
    const made = testStorageClass({ provisioner: driver });

    it('goes where the class allows volumes', () => {
      assert.deepEqual(reasons([claim, made]), {});
      const inZone = testStorageClass({ provisioner: driver, allowedTopologies: [{ zone: ['z2', 'z3'] }] });
      assert.deepEqual(reasons([claim, inZone]), { a: noVolume });
      const both = [{ zone: ['z1'], rack: ['r'] }, { 'kubernetes.io/hostname': ['b'] }];
      assert.deepEqual(reasons([claim, testStorageClass({ provisioner: driver, allowedTopologies: both })]), {
        a: noVolume,
      });
      assert.deepEqual(
        reasons([claim, testStorageClass({ provisioner: driver, allowedTopologies: [{}] })]),
        everywhere(noVolume),
      );
    });

    it('goes where the driver says that there is room, if the driver says so at all', () => {
      const capacity = testCapacity({ capacity: '2Gi', onNodesWith: { zone: 'z1' } });
      assert.deepEqual(reasons([claim, made, capacity]), {});
      assert.deepEqual(reasons([claim, made, testCsiDriver(driver, false), capacity]), {});
      assert.deepEqual(reasons([claim, made, testCsiDriver(driver), capacity]), { b: noSpace });
      assert.deepEqual(reasons([claim, made, testCsiDriver(driver)]), everywhere(noSpace));
    });

    it('believes the largest volume rather than the capacity, and nothing of unknown place or size', () => {
      const of = (words: Parameters<typeof testCapacity>[0]): Record<string, string> =>
        reasons([claim, made, testCsiDriver(driver), testCapacity(words)]);
      assert.deepEqual(of({ capacity: '9Gi', maximumVolumeSize: '1023Mi', onNodesWith: {} }), everywhere(noSpace));
      assert.deepEqual(of({ capacity: '1Mi', maximumVolumeSize: '1Gi', onNodesWith: {} }), {});
      assert.deepEqual(of({ capacity: '9Gi' }), everywhere(noSpace));
      assert.deepEqual(of({ onNodesWith: {} }), everywhere(noSpace));
      assert.deepEqual(of({ capacity: '9Gi', onNodesWith: {}, storageClassName: 'fast' }), everywhere(noSpace));
    });

    it('goes on to the node that was chosen before, and only there', () => {
      assert.deepEqual(reasons([testClaim({ selectedNode: 'b' }), made]), { a: noVolume });
      assert.deepEqual(reasons([testClaim({ selectedNode: 'b' }), made, testVolume()]), { a: noVolume });
    });

    it('provisions only for claims that find no volume', () => {
      const pod = podWith(claimSource('claim'), claimSource('second'));
      const objects = [claim, testClaim({ name: 'second' }), made, testVolume(), testCsiDriver(driver)];
      assert.deepEqual(reasons(objects, pod), everywhere(noSpace));
      assert.deepEqual(reasons([...objects, testVolume({ name: 'two' })], pod), {});
    });
  });

  it('gives all reasons of a node together', () => {
    const bound = testClaim({ name: 'bound', boundTo: 'far' });
    const far = testVolume({ name: 'far', onNodesWith: { zone: 'z9' }, keptFor: 'bound' });
    const pod = podWith(claimSource('bound'), claimSource('claim'));
    const second = noVolume.replace('unresolvable: ', '');
    assert.deepEqual(
      reasons([bound, far, testClaim(), testStorageClass()], pod),
      everywhere(`${unreachable}, ${second}`),
    );
  });
});
