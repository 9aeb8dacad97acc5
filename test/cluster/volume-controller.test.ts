import assert from 'node:assert/strict';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../src/api/objects.ts';
import { MemoryCluster } from '../../src/cluster/index.ts';
import { selectedNode, VolumeController } from '../../src/cluster/volume-controller.ts';

const storageClass = (mode: StorageClass['volumeBindingMode'], provisioner = 'csi.example.com'): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'fast', labels: {}, annotations: {} },
  provisioner,
  volumeBindingMode: mode,
  allowedTopologies: [],
});

const claim = (annotations: Readonly<Record<string, string>> = {}): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default', labels: {}, annotations },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    volumeName: '',
    storageClassName: 'fast',
    volumeMode: 'Filesystem',
  },
  status: { phase: 'Pending' },
});

const volume = (claimRef?: PersistentVolume['spec']['claimRef']): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv', labels: {}, annotations: {} },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'fast',
    volumeMode: 'Filesystem',
    source: { kind: 'other' },
    ...(claimRef === undefined ? {} : { claimRef }),
  },
  status: { phase: 'Available' },
});

function controlled(): MemoryCluster {
  const cluster = new MemoryCluster();
  new VolumeController(cluster);
  return cluster;
}
const claimOf = (cluster: MemoryCluster) => cluster.get('PersistentVolumeClaim', 'default', 'data');

describe('the volume controllers', () => {
  it('provision a claim that does not wait for a consumer', () => {
    const cluster = controlled();
    cluster.put(storageClass('Immediate'));
    cluster.put(claim());
    assert.equal(claimOf(cluster)?.status.phase, 'Bound');
    const [made] = cluster.list('PersistentVolume');
    assert.equal(made?.metadata.name, claimOf(cluster)?.spec.volumeName);
    assert.equal(made?.status.phase, 'Bound');
  });

  it('wait for the scheduler to choose a node where the class says so', () => {
    const cluster = controlled();
    cluster.put(storageClass('WaitForFirstConsumer'));
    cluster.put(claim());
    assert.equal(claimOf(cluster)?.status.phase, 'Pending');
    cluster.put(claim({ [selectedNode]: 'n1' }));
    assert.equal(claimOf(cluster)?.status.phase, 'Bound');
  });

  it('make nothing for a class without a provisioner', () => {
    const cluster = controlled();
    cluster.put(storageClass('Immediate', 'kubernetes.io/no-provisioner'));
    cluster.put(claim());
    assert.equal(cluster.count('PersistentVolume'), 0);
  });

  it('bind a volume and the claim that it names, whichever comes first', () => {
    const ref = { namespace: 'default', name: 'data' };
    for (const objects of [
      [claim(), volume(ref)],
      [volume(ref), claim()],
    ]) {
      const cluster = controlled();
      for (const object of objects) cluster.put(object);
      assert.equal(claimOf(cluster)?.spec.volumeName, 'pv');
      assert.equal(cluster.get('PersistentVolume', '', 'pv')?.status.phase, 'Bound');
    }
  });
});
