import assert from 'node:assert/strict';
import type {
  AccessMode,
  CSIDriver,
  CSINode,
  Labels,
  Node,
  Pod,
  VolumeAttachment,
  VolumeSource,
} from '../../../src/api/objects.ts';
import { testNode, testPod } from '../support/objects.ts';
import { emptyCluster, type OtherObject } from './cluster.ts';
import { type ReferenceDecision, referenceSchedule } from './schedule.ts';
import { capacityOf, claimOf, claimVolume, refusals, selecting, storageClassOf, volumeOf } from './words.ts';

const zoned = (name: string, zone: string): Node =>
  testNode({ name, labels: { 'topology.kubernetes.io/zone': zone, zone } });
const nodes = [zoned('a', 'a'), zoned('b', 'b')];

function decide(pod: Pod, objects: readonly OtherObject[], running: readonly Pod[] = []): ReferenceDecision {
  return referenceSchedule(emptyCluster({ nodes, pods: running, objects }), pod);
}

const using = (...claims: readonly string[]): Pod => testPod({ spec: { volumes: claims.map(claimVolume) } });
const refusedAtOnce = (pod: Pod, objects: readonly OtherObject[]): string | undefined => {
  const { rejection } = decide(pod, objects).preFilter;
  return rejection === undefined ? undefined : `${rejection.plugin} ${rejection.code}: ${rejection.reasons.join(', ')}`;
};

const waiting = storageClassOf('wait');
const none = "unresolvable: node(s) didn't find available persistent volumes to bind";

describe('a claim that cannot be used refuses the pod as a whole', () => {
  it('when it is missing', () => {
    const missing = 'VolumeRestrictions unresolvable: persistentvolumeclaim "c" not found';
    assert.equal(refusedAtOnce(using('c'), []), missing);
  });

  it('when it is that of an ephemeral volume and missing, or not the pod’s own', () => {
    const template = claimOf({ name: 'unused' }).spec;
    const source: VolumeSource = { kind: 'ephemeral', template, labels: {} };
    const pod = testPod({ spec: { volumes: [{ name: 'v', source }] }, metadata: { uid: 'u' } });
    const missing =
      'VolumeBinding unresolvable: waiting for ephemeral volume controller to create the persistentvolumeclaim "pod-v"';
    assert.equal(refusedAtOnce(pod, []), missing);
    const foreign =
      'VolumeBinding unresolvable: PVC default/pod-v was not created for pod default/pod (pod is not owner)';
    assert.equal(refusedAtOnce(pod, [claimOf({ name: 'pod-v' })]), foreign);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'pod', uid: 'u', controller: true }];
    const own = claimOf({ name: 'pod-v', storageClassName: 'wait', metadata: { ownerReferences } });
    assert.equal(refusedAtOnce(pod, [own, waiting]), undefined);
  });

  it('when it is lost or being deleted', () => {
    const lost = claimOf({ name: 'c', boundTo: 'v', status: { phase: 'Lost' } });
    const lostText = 'VolumeBinding unresolvable: persistentvolumeclaim "c" bound to non-existent persistentvolume "v"';
    assert.equal(refusedAtOnce(using('c'), [lost]), lostText);
    const leaving = claimOf({ name: 'c', boundTo: 'v', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    assert.equal(
      refusedAtOnce(using('c'), [leaving]),
      'VolumeBinding unresolvable: persistentvolumeclaim "c" is being deleted',
    );
  });

  it('when it should have been bound already', () => {
    const unbound = 'VolumeBinding unresolvable: pod has unbound immediate PersistentVolumeClaims';
    const now = storageClassOf('now', { volumeBindingMode: 'Immediate' });
    assert.equal(refusedAtOnce(using('c'), [claimOf({ name: 'c', storageClassName: 'now' }), now]), unbound);
    assert.equal(refusedAtOnce(using('c'), [claimOf({ name: 'c', storageClassName: 'unknown' })]), unbound);
    const prebound = claimOf({ name: 'c', storageClassName: 'wait', spec: { volumeName: 'v' } });
    assert.equal(refusedAtOnce(using('c'), [prebound, waiting, volumeOf({ name: 'v' })]), unbound);
  });

  it('when its volume is gone', () => {
    const bound = claimOf({ name: 'c', boundTo: 'v' });
    assert.equal(refusedAtOnce(using('c'), [bound]), 'VolumeZone unresolvable: persistentvolume "v" not found');
  });
});

describe('a bound claim', () => {
  it('is of use where its volume can be reached', () => {
    const objects = [claimOf({ name: 'c', boundTo: 'v' }), volumeOf({ name: 'v', reachableFrom: { zone: 'a' } })];
    const away = "unresolvable: node(s) didn't match PersistentVolume's node affinity";
    assert.deepEqual(refusals(decide(using('c'), objects)), { b: away });
  });

  it('of an ephemeral volume may have lost its volume, which every node is told', () => {
    const source: VolumeSource = { kind: 'ephemeral', template: claimOf({ name: 'unused' }).spec, labels: {} };
    const pod = testPod({ spec: { volumes: [{ name: 'v', source }] }, metadata: { uid: 'u' } });
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'pod', uid: 'u', controller: true }];
    const annotations: Labels = { 'pv.kubernetes.io/bind-completed': 'yes' };
    const claim = claimOf({ name: 'pod-v', boundTo: 'gone', metadata: { ownerReferences, annotations } });
    const gone = 'unresolvable: node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
    assert.deepEqual(refusals(decide(pod, [claim])), { a: gone, b: gone });
  });

  it('is of use in the zones of its volume’s labels', () => {
    const zone = (value: string): Record<string, string> => {
      const labels = { 'failure-domain.beta.kubernetes.io/zone': value };
      return refusals(decide(using('c'), [claimOf({ name: 'c', boundTo: 'v' }), volumeOf({ name: 'v', labels })]));
    };
    const conflict = 'unresolvable: node(s) had no available volume zone';
    assert.deepEqual(zone('a'), { b: conflict });
    assert.deepEqual(zone('a__b'), {});
    assert.deepEqual(zone('c'), { a: conflict, b: conflict });
    assert.deepEqual(zone('a__'), {});
  });

  it('is of use everywhere in a cluster without zones', () => {
    const labels = { 'topology.kubernetes.io/zone': 'c' };
    const objects = [claimOf({ name: 'c', boundTo: 'v' }), volumeOf({ name: 'v', labels })];
    const cluster = emptyCluster({ nodes: [testNode({ name: 'n' })], objects });
    assert.deepEqual(refusals(referenceSchedule(cluster, using('c'))), {});
  });
});

describe('a claim that waits for its first consumer', () => {
  const local = storageClassOf('wait', { provisioner: 'kubernetes.io/no-provisioner' });
  const inClass = { storageClassName: 'wait' };
  const claim = claimOf({ name: 'c', size: '2Gi', ...inClass });

  it('takes a volume that exists, where there is one that will do', () => {
    const volumeIn = (zone: string, size: string): OtherObject =>
      volumeOf({ name: `v-${zone}-${size}`, size, reachableFrom: { zone }, spec: inClass });
    assert.deepEqual(refusals(decide(using('c'), [claim, local, volumeIn('a', '2Gi'), volumeIn('b', '1Gi')])), {
      b: none,
    });
  });

  it('wants class, mode, access, labels and state to be right', () => {
    const wanting = claimOf({ name: 'c', ...inClass, spec: { selector: selecting({ fast: 'yes' }) } });
    const fine = { name: 'v', labels: { fast: 'yes' }, spec: inClass };
    const isOfUse = (words: Parameters<typeof volumeOf>[0]): boolean =>
      Object.keys(refusals(decide(using('c'), [wanting, local, volumeOf(words)]))).length === 0;
    assert.ok(isOfUse(fine));
    assert.ok(!isOfUse({ ...fine, labels: {} }));
    assert.ok(!isOfUse({ ...fine, spec: { storageClassName: 'other' } }));
    assert.ok(!isOfUse({ ...fine, spec: { ...inClass, volumeMode: 'Block' } }));
    assert.ok(!isOfUse({ ...fine, spec: { ...inClass, accessModes: ['ReadOnlyMany'] } }));
    assert.ok(!isOfUse({ ...fine, spec: { ...inClass, claimRef: { namespace: 'default', name: 'other' } } }));
    assert.ok(!isOfUse({ ...fine, spec: { ...inClass, volumeAttributesClassName: 'gold' } }));
    assert.ok(!isOfUse({ ...fine, status: { phase: 'Released' } }));
  });

  it('takes the volume that was set aside for it, or none', () => {
    const claimRef = { namespace: 'default', name: 'c' };
    const reserved = volumeOf({ name: 'v', size: '9Gi', reachableFrom: { zone: 'a' }, spec: { ...inClass, claimRef } });
    const free = volumeOf({ name: 'w', size: '2Gi', spec: inClass });
    assert.deepEqual(refusals(decide(using('c'), [claim, local, free, reserved])), { b: none });
  });

  it('takes the smallest volume, and small claims choose first', () => {
    const large = claimOf({ name: 'large', size: '5Gi', ...inClass });
    const sizes = ['9Gi', '2Gi', '3Gi'].map((size) => volumeOf({ name: size, size, spec: inClass }));
    assert.deepEqual(refusals(decide(using('large', 'c'), [large, claim, local, ...sizes])), {});
    assert.deepEqual(refusals(decide(using('large', 'c'), [large, claim, local, ...sizes.slice(1)])), {
      a: none,
      b: none,
    });
  });

  it('is made where its class allows', () => {
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['b', 'c'] }] }];
    assert.deepEqual(refusals(decide(using('c'), [claim, storageClassOf('wait', { allowedTopologies })])), { a: none });
  });

  it('is made where it has been decided to', () => {
    const annotations: Labels = { 'volume.kubernetes.io/selected-node': 'b' };
    const selected = claimOf({ name: 'c', ...inClass, metadata: { annotations } });
    assert.deepEqual(refusals(decide(using('c'), [selected, waiting])), { a: none });
  });

  it('is made where there is room, if the driver tells', () => {
    const driver: CSIDriver = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIDriver',
      metadata: { name: 'csi.example.com', labels: {}, annotations: {} },
      spec: { storageCapacity: true },
    };
    const full = 'unresolvable: node(s) did not have enough free storage';
    const there = (zone: string, words: Parameters<typeof capacityOf>[1]): OtherObject =>
      capacityOf(zone, { nodeTopology: selecting({ zone }), ...words });
    const capacities = [there('a', { capacity: '1Gi' }), there('b', { capacity: '2Gi' })];
    assert.deepEqual(refusals(decide(using('c'), [claim, waiting, ...capacities])), {});
    assert.deepEqual(refusals(decide(using('c'), [claim, waiting, driver, ...capacities])), { a: full });
    const limited = there('b', { capacity: '9Gi', maximumVolumeSize: '1Gi' });
    assert.deepEqual(refusals(decide(using('c'), [claim, waiting, driver, limited])), { a: full, b: full });
  });
});

describe('VolumeRestrictions', () => {
  const holding = (source: VolumeSource, words: Parameters<typeof testPod>[0] = {}): Pod =>
    testPod({ ...words, spec: { volumes: [{ name: 'v', source }] } });
  const conflict = 'unschedulable: node(s) had no available disk';

  const clash = (left: VolumeSource, right: VolumeSource): Record<string, string> =>
    refusals(decide(holding(left), [], [holding(right, { name: 'other', nodeName: 'a' })]));

  it('mounts a disk once, or read-only', () => {
    const gce = (pdName: string, readOnly: boolean): VolumeSource => ({ kind: 'gcePersistentDisk', pdName, readOnly });
    assert.deepEqual(clash(gce('d', false), gce('d', true)), { a: conflict });
    assert.deepEqual(clash(gce('d', true), gce('d', true)), {});
    assert.deepEqual(clash(gce('d', false), gce('e', false)), {});
    const iscsi = (iqn: string, readOnly: boolean): VolumeSource => ({ kind: 'iscsi', iqn, readOnly });
    assert.deepEqual(clash(iscsi('q', true), iscsi('q', false)), { a: conflict });
    assert.deepEqual(clash(iscsi('q', true), iscsi('q', true)), {});
  });

  it('mounts an EBS volume once', () => {
    const ebs: VolumeSource = { kind: 'awsElasticBlockStore', volumeID: 'v', readOnly: true };
    assert.deepEqual(clash(ebs, ebs), { a: conflict });
  });

  it('tells RBD images by pool and a common monitor', () => {
    const rbd = (monitors: readonly string[], pool: string, readOnly = false): VolumeSource => ({
      kind: 'rbd',
      monitors,
      pool,
      image: 'i',
      readOnly,
    });
    assert.deepEqual(clash(rbd(['m', 'n'], 'p'), rbd(['n', 'o'], 'p')), { a: conflict });
    assert.deepEqual(clash(rbd(['m'], 'p'), rbd(['n'], 'p')), {});
    assert.deepEqual(clash(rbd(['m'], 'p'), rbd(['m'], 'q')), {});
    assert.deepEqual(clash(rbd(['m'], 'p', true), rbd(['m'], 'p', true)), {});
  });

  it('gives a ReadWriteOncePod claim to one pod of the cluster', () => {
    const claim = (mode: AccessMode): OtherObject[] => [
      claimOf({ name: 'c', boundTo: 'v', spec: { accessModes: [mode] } }),
      volumeOf({ name: 'v' }),
    ];
    const other = testPod({ name: 'other', nodeName: 'a', spec: { volumes: [claimVolume('c')] } });
    const inUse =
      'unschedulable: node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';
    assert.deepEqual(refusals(decide(using('c'), claim('ReadWriteOncePod'), [other])), { a: inUse, b: inUse });
    assert.deepEqual(refusals(decide(using('c'), claim('ReadWriteOnce'), [other])), {});
    const stranger = testPod({ name: 'other', namespace: 'x', nodeName: 'a', spec: { volumes: [claimVolume('c')] } });
    assert.deepEqual(refusals(decide(using('c'), claim('ReadWriteOncePod'), [stranger])), {});
  });
});

describe('NodeVolumeLimits', () => {
  const limit = (name: string, count?: number): CSINode => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name, labels: {}, annotations: {} },
    spec: {
      drivers: [
        {
          name: 'csi.example.com',
          nodeID: name,
          topologyKeys: [],
          ...(count === undefined ? {} : { allocatable: { count } }),
        },
      ],
    },
  });
  const attachment = (volume: string, nodeName: string): VolumeAttachment => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: `${volume}-${nodeName}`, labels: {}, annotations: {} },
    spec: { attacher: 'csi.example.com', nodeName, source: { persistentVolumeName: volume } },
  });
  const bound = (name: string): OtherObject[] => [
    claimOf({ name, boundTo: `v-${name}` }),
    volumeOf({ name: `v-${name}` }),
  ];
  const runningOn = (nodeName: string, ...claims: readonly string[]): Pod => ({
    ...testPod({ name: `on-${nodeName}`, nodeName, spec: { volumes: claims.map(claimVolume) } }),
  });
  const full = 'unschedulable: node(s) exceed max volume count';
  const objects = [...bound('c'), ...bound('d'), ...bound('e')];

  it('attaches no more volumes than the driver can on the node', () => {
    const limits = [limit('a', 1), limit('b', 2)];
    const pods = [runningOn('a', 'd'), runningOn('b', 'd')];
    assert.deepEqual(refusals(decide(using('c'), [...objects, ...limits], pods)), { a: full });
    assert.deepEqual(refusals(decide(using('c', 'e'), [...objects, ...limits], pods)), { a: full, b: full });
    assert.deepEqual(refusals(decide(using('c', 'e'), [...objects, limit('a')], pods)), {});
  });

  it('counts a volume that pods share once', () => {
    assert.deepEqual(refusals(decide(using('d'), [...objects, limit('a', 1)], [runningOn('a', 'd')])), {});
  });

  it('counts volumes that are still attached, and those that are to be made', () => {
    assert.deepEqual(refusals(decide(using('c'), [...objects, limit('a', 1), attachment('v-d', 'a')])), { a: full });
    const pods = [runningOn('a', 'd')];
    assert.deepEqual(refusals(decide(using('c'), [...objects, limit('a', 2), attachment('v-d', 'a')], pods)), {});
    const unbound = claimOf({ name: 'c', storageClassName: 'wait' });
    assert.deepEqual(refusals(decide(using('c'), [unbound, waiting, limit('b', 0)])), { b: full });
  });

  it('counts a volume of the pod that is still attached twice, as kube-scheduler does', () => {
    assert.deepEqual(refusals(decide(using('c'), [...objects, limit('a', 1), attachment('v-c', 'a')])), { a: full });
  });
});
