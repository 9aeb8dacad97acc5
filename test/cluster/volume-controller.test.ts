import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareQuantities } from '../../src/api/index.ts';
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

/** A claim called `name` with another spec. */
function claimWith(name: string, spec: Partial<PersistentVolumeClaim['spec']>): PersistentVolumeClaim {
  const { metadata, spec: whole, ...rest } = claim();
  return { ...rest, metadata: { ...metadata, name }, spec: { ...whole, ...spec } };
}

function volumeWith(
  name: string,
  spec: Partial<PersistentVolume['spec']>,
  labels: Readonly<Record<string, string>> = {},
): PersistentVolume {
  const { metadata, spec: whole, ...rest } = volume();
  return { ...rest, metadata: { ...metadata, name, labels }, spec: { ...whole, ...spec } };
}

const sized = (storage: string): { readonly storage: string } => ({ storage });
/** What the claims called so have got. */
const volumesOf = (cluster: MemoryCluster, ...names: string[]): (string | undefined)[] =>
  names.map((name) => cluster.get('PersistentVolumeClaim', 'default', name)?.spec.volumeName);

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

  it('give a claim the smallest free volume that will do, before one is made', () => {
    const cluster = controlled();
    const volumes = [
      volumeWith('small', { capacity: sized('500Mi') }),
      volumeWith('large', { capacity: sized('8Gi') }),
      volumeWith('fits', { capacity: sized('2Gi') }),
      volumeWith('same-size-but-later', { capacity: sized('2Gi') }),
      volumeWith('block', { volumeMode: 'Block' }),
      volumeWith('other-class', { storageClassName: 'slow' }),
      volumeWith('other-attributes', { volumeAttributesClassName: 'gold' }),
      volumeWith('read-only', { accessModes: ['ReadOnlyMany'] }),
      volumeWith('someone-elses', { claimRef: { namespace: 'default', name: 'absent' } }),
    ];
    for (const object of [storageClass('Immediate'), ...volumes]) cluster.put(object);
    for (const name of ['a', 'b', 'c', 'd']) cluster.put(claimWith(name, {}));
    assert.deepEqual(volumesOf(cluster, 'a', 'b', 'c', 'd'), ['fits', 'same-size-but-later', 'large', 'pvc-1-d']);
  });

  it('prefer a volume with fewer access modes to a smaller one', () => {
    const cluster = controlled();
    cluster.put(volumeWith('both', { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] }));
    cluster.put(volumeWith('once', { capacity: sized('4Gi') }));
    cluster.put(claimWith('a', {}));
    assert.deepEqual(volumesOf(cluster, 'a'), ['once']);
  });

  it('heed the selector of a claim', () => {
    const cluster = controlled();
    cluster.put(volumeWith('plain', {}));
    cluster.put(volumeWith('gold', { capacity: sized('9Gi') }, { tier: 'gold' }));
    cluster.put(claimWith('a', { selector: { matchLabels: { tier: 'gold' }, matchExpressions: [] } }));
    assert.deepEqual(volumesOf(cluster, 'a'), ['gold']);
  });

  it('leave the choice for a claim that waits for its pod to the scheduler', () => {
    const cluster = controlled();
    cluster.put(storageClass('WaitForFirstConsumer', 'kubernetes.io/no-provisioner'));
    cluster.put(volumeWith('free', {}));
    cluster.put(claimWith('a', {}));
    cluster.put(volumeWith('later', {}));
    assert.deepEqual(volumesOf(cluster, 'a'), ['']);
  });

  it('give a claim the volume that it names, if that is free, of its class and large enough', () => {
    const cluster = controlled();
    cluster.put(volumeWith('named', {}, { any: 'label' }));
    cluster.put(volumeWith('tiny', { capacity: sized('1Mi') }));
    cluster.put(claimWith('a', { volumeName: 'named' }));
    cluster.put(claimWith('b', { volumeName: 'named' }));
    cluster.put(claimWith('c', { volumeName: 'tiny' }));
    cluster.put(claimWith('d', { volumeName: 'to-come' }));
    const isBound = (name: string): boolean =>
      cluster.get('PersistentVolumeClaim', 'default', name)?.status.phase === 'Bound';
    assert.deepEqual(['a', 'b', 'c', 'd'].map(isBound), [true, false, false, false]);
    cluster.put(volumeWith('to-come', {}));
    assert.equal(isBound('d'), true);
  });

  it('do not give a claim a volume that names it but is too small', () => {
    const cluster = controlled();
    cluster.put(volumeWith('pv', { capacity: sized('1Mi'), claimRef: { namespace: 'default', name: 'data' } }));
    cluster.put(claim());
    assert.equal(claimOf(cluster)?.status.phase, 'Pending');
  });

  it('remember a claim for which there is nothing yet', () => {
    const cluster = controlled();
    for (const name of ['a', 'b', 'c']) cluster.put(claimWith(name, {}));
    cluster.put(claimWith('huge', { resources: { requests: sized('1Ti') } }));
    cluster.put(volumeWith('pv', {}));
    assert.deepEqual(volumesOf(cluster, 'a', 'b', 'c', 'huge'), ['pv', '', '', '']);
    cluster.delete('PersistentVolumeClaim', 'default', 'b');
    cluster.put(storageClass('Immediate'));
    assert.deepEqual(volumesOf(cluster, 'a', 'c', 'huge'), ['pv', 'pvc-1-c', 'pvc-2-huge']);
  });

  it('never give a volume to two claims that a new class sets free together', () => {
    const cluster = controlled();
    for (const name of ['a', 'b']) cluster.put(claimWith(name, { accessModes: ['ReadWriteMany'] }));
    cluster.put(volumeWith('pv', { accessModes: ['ReadWriteMany'], storageClassName: 'fast' }));
    cluster.put(storageClass('Immediate', 'kubernetes.io/no-provisioner'));
    assert.deepEqual(volumesOf(cluster, 'a', 'b'), ['pv', '']);
  });

  it('take the volume of a claim that goes away where it was made for it, and release any other', () => {
    const cluster = controlled();
    cluster.put(volumeWith('own', {}));
    cluster.put(storageClass('Immediate'));
    for (const name of ['a', 'b']) cluster.put(claimWith(name, {}));
    for (const name of ['a', 'b']) cluster.delete('PersistentVolumeClaim', 'default', name);
    const left = [...cluster.list('PersistentVolume')].map(({ metadata, status }) => [metadata.name, status.phase]);
    assert.deepEqual(left, [['own', 'Released']]);
  });

  it('give every claim a volume of its own, in whatever order claims and volumes come', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, sizes, fc.infiniteStream(fc.boolean()), (claims, volumes, claimNext) => {
        const cluster = controlled();
        const [toClaim, toOffer] = [[...claims], [...volumes]];
        while (toClaim.length + toOffer.length > 0) {
          const isClaim = toOffer.length === 0 || (toClaim.length > 0 && claimNext.next().value === true);
          if (isClaim) {
            const storage = sized(`${toClaim.pop()}Gi`);
            cluster.put(claimWith(`claim-${toClaim.length}`, { resources: { requests: storage } }));
          } else cluster.put(volumeWith(`volume-${toOffer.length}`, { capacity: sized(`${toOffer.pop()}Gi`) }));
        }
        const got = [...cluster.list('PersistentVolumeClaim')].filter(({ status }) => status.phase === 'Bound');
        assert.equal(new Set(got.map(({ spec }) => spec.volumeName)).size, got.length);
        for (const { metadata, spec } of got) {
          const given = cluster.get('PersistentVolume', '', spec.volumeName);
          assert.equal(given?.spec.claimRef?.name, metadata.name);
          const [asked, has] = [spec.resources.requests.storage, given.spec.capacity.storage];
          assert.ok(compareQuantities(has ?? '', asked ?? '') >= 0);
        }
        // Nobody waits beside a free volume that would do.
        const free = [...cluster.list('PersistentVolume')].filter(({ status }) => status.phase === 'Available');
        for (const { spec } of [...cluster.list('PersistentVolumeClaim')].filter(
          ({ status }) => status.phase !== 'Bound',
        )) {
          const asked = spec.resources.requests.storage ?? '';
          assert.ok(free.every((one) => compareQuantities(one.spec.capacity.storage ?? '', asked) < 0));
        }
      }),
    );
  });
});
