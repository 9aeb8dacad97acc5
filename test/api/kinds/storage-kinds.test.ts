import assert from 'node:assert/strict';
import { problemsOf, read, type Written } from '../support.ts';

const storage = (rest: Written): Written => ({ apiVersion: 'storage.k8s.io/v1', metadata: { name: 'a' }, ...rest });
const core = (rest: Written): Written => ({ apiVersion: 'v1', metadata: { name: 'a' }, ...rest });

describe('a claim', () => {
  it('is read with its defaults', () => {
    const claim = read('PersistentVolumeClaim', core({ spec: { resources: { requests: { storage: '1Gi' } } } }));
    assert.deepEqual(claim.spec, {
      accessModes: [],
      resources: { requests: { storage: '1Gi' } },
      volumeName: '',
      volumeMode: 'Filesystem',
    });
    assert.equal(claim.status.phase, 'Pending');
    assert.equal(claim.metadata.namespace, 'default');
  });

  it('that names its volume is bound unless it says otherwise', () => {
    const phaseOf = (rest: Written) =>
      read('PersistentVolumeClaim', core({ spec: { volumeName: 'v' }, ...rest })).status.phase;
    assert.equal(phaseOf({}), 'Bound');
    assert.equal(phaseOf({ status: { phase: 'Lost', capacity: {} } }), 'Lost');
  });

  it('tells no class from an empty one', () => {
    const classOf = (spec: Written) => read('PersistentVolumeClaim', core({ spec })).spec.storageClassName;
    assert.equal(classOf({}), undefined);
    assert.equal(classOf({ storageClassName: '' }), '');
  });
});

describe('a volume', () => {
  it('is read with where it can be reached from and whose it is', () => {
    const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }] };
    const { spec, status } = read(
      'PersistentVolume',
      core({
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Delete',
          storageClassName: 'fast',
          nodeAffinity: { required },
          claimRef: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', uid: 'u', resourceVersion: '1' },
          csi: { driver: 'd.csi', volumeHandle: 'h', fsType: 'ext4' },
        },
      }),
    );
    assert.deepEqual(spec, {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      volumeMode: 'Filesystem',
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }], matchFields: [] }],
        },
      },
      claimRef: { namespace: 'shop', name: 'data', uid: 'u' },
      source: { kind: 'csi', driver: 'd.csi', volumeHandle: 'h' },
    });
    assert.equal(status.phase, 'Available');
  });

  it('is told by its source', () => {
    const sourceOf = (source: Written) => read('PersistentVolume', core({ spec: source })).spec.source;
    assert.deepEqual(sourceOf({ gcePersistentDisk: { pdName: 'd' } }), { kind: 'gcePersistentDisk', pdName: 'd' });
    assert.deepEqual(sourceOf({ awsElasticBlockStore: { volumeID: 'v' } }), {
      kind: 'awsElasticBlockStore',
      volumeID: 'v',
    });
    assert.deepEqual(sourceOf({ azureDisk: { diskName: 'd', diskURI: 'u' } }), { kind: 'azureDisk', diskName: 'd' });
    assert.deepEqual(sourceOf({ local: { path: '/d' } }), { kind: 'other' });
  });
});

describe('of storage are read', () => {
  it('classes', () => {
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] }];
    const made = read('StorageClass', storage({ provisioner: 'd.csi', parameters: { type: 'x' }, allowedTopologies }));
    assert.deepEqual(made, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'a', labels: {}, annotations: {} },
      provisioner: 'd.csi',
      volumeBindingMode: 'Immediate',
      allowedTopologies,
    });
  });

  it('what drivers say of nodes', () => {
    const drivers = [{ name: 'd.csi', nodeID: 'n', topologyKeys: ['zone'], allocatable: { count: 5 } }, { name: 'e' }];
    assert.deepEqual(read('CSINode', storage({ spec: { drivers } })).spec.drivers, [
      drivers[0],
      { name: 'e', nodeID: '', topologyKeys: [] },
    ]);
  });

  it('what drivers say of themselves', () => {
    assert.deepEqual(read('CSIDriver', storage({ spec: { attachRequired: true } })).spec, { storageCapacity: false });
    assert.deepEqual(read('CSIDriver', storage({ spec: { storageCapacity: true } })).spec, { storageCapacity: true });
  });

  it('capacities', () => {
    const made = read('CSIStorageCapacity', storage({ storageClassName: 'fast', capacity: '1Ti', nodeTopology: {} }));
    assert.equal(made.capacity, '1Ti');
    assert.deepEqual(made.nodeTopology, { matchLabels: {}, matchExpressions: [] });
    assert.equal('maximumVolumeSize' in made, false);
  });

  it('attachments', () => {
    const spec = { attacher: 'd.csi', nodeName: 'n', source: { persistentVolumeName: 'v' } };
    const made = read('VolumeAttachment', storage({ spec, status: { attached: true } }));
    assert.deepEqual(made.spec, spec);
    assert.equal('status' in made, false);
  });
});

describe('a mistake in an object of storage is named with its place, value and remedy:', () => {
  const head = (apiVersion: string, kind: string, rest: string): string =>
    `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}, ${rest}}`;
  const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
    [
      'an unknown access mode',
      head('v1', 'PersistentVolumeClaim', 'spec: {accessModes: [ReadWrite]}'),
      'spec.accessModes[0]: is not a known value (got "ReadWrite"; allowed ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod)',
    ],
    [
      'a misspelt field of a claim',
      head('v1', 'PersistentVolumeClaim', 'spec: {storageClass: fast}'),
      'spec.storageClass: unknown field',
    ],
    [
      'a misspelt source of a volume',
      head('v1', 'PersistentVolume', 'spec: {hostpath: {path: /}}'),
      'spec.hostpath: unknown field',
    ],
    [
      'a class that nobody provides',
      head('storage.k8s.io/v1', 'StorageClass', 'provisioner: ""'),
      'provisioner: is not a name (got ""; allowed a text that is not empty)',
    ],
    [
      'an unknown way of binding',
      head('storage.k8s.io/v1', 'StorageClass', 'provisioner: a, volumeBindingMode: Late'),
      'volumeBindingMode: is not a known value (got "Late"; allowed Immediate, WaitForFirstConsumer)',
    ],
    [
      'a negative number of volumes',
      head('storage.k8s.io/v1', 'CSINode', 'spec: {drivers: [{name: a, allocatable: {count: -1}}]}'),
      'spec.drivers[0].allocatable.count: is out of range (got -1; allowed a whole number from 0',
    ],
  ];
  for (const [what, text, expected] of cases) {
    it(what, async () => {
      const [line = '', ...more] = await problemsOf(text);
      assert.deepEqual(more, []);
      assert.ok(/^f\.yaml:1:\d+: /.test(line) && line.includes(expected), line);
    });
  }
});
