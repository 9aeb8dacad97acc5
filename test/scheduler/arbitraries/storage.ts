/** Volumes, claims and classes, of which many do not fit together. */
import fc from 'fast-check';
import type {
  AccessMode,
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  Labels,
  ObjectMeta,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
  VolumeAttachment,
} from '../../../src/api/objects.ts';
import { namespaceOf, type OtherObject } from '../reference/index.ts';
import {
  claimNames,
  classNames,
  driver,
  hostnameKey,
  namespaces,
  nodeName,
  oldZoneKey,
  volumeNames,
  zone,
  zoneKey,
} from './pools.ts';
import { chance, maybe, optional, sometimes } from './some.ts';

const meta = (name: string, words: Partial<ObjectMeta> = {}): ObjectMeta => ({
  name,
  labels: {},
  annotations: {},
  ...words,
});

const classOf = (name: string, words: Partial<StorageClass>): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: meta(name),
  provisioner: driver,
  volumeBindingMode: 'WaitForFirstConsumer',
  allowedTopologies: [],
  ...words,
});

const zonalTopologies = [
  { matchLabelExpressions: [{ key: zoneKey, values: ['za', 'zb'] }] },
  { matchLabelExpressions: [] },
];

/** By name; the names are those of the pool. */
const allClasses: readonly StorageClass[] = [
  classOf('wait', {}),
  classOf('local', { provisioner: 'kubernetes.io/no-provisioner' }),
  classOf('zonal', { allowedTopologies: zonalTopologies }),
  classOf('now', { volumeBindingMode: 'Immediate' }),
];

const size = fc.constantFrom('1Gi', '2Gi', '5Gi');
const className = fc.constantFrom(
  'wait',
  'wait',
  'wait',
  'local',
  'local',
  'local',
  'zonal',
  'zonal',
  'zonal',
  'now',
  '',
  'unknown',
);
const mode = sometimes(8, fc.constant('Block' as const), 'Filesystem' as 'Block' | 'Filesystem');

const claimShape = fc.record({
  isMissing: chance(5),
  namespace: fc.constantFrom(...namespaces),
  size,
  className,
  mode,
  accessMode: fc.constantFrom<AccessMode[]>(
    'ReadWriteOnce',
    'ReadWriteOncePod',
    'ReadWriteOnce',
    'ReadWriteOncePod',
    'ReadOnlyMany',
  ),
  isPicky: chance(10),
  boundTo: maybe(50, fc.constantFrom(...volumeNames)),
  isHalfBound: chance(3),
  isLost: chance(2),
  isLeaving: chance(2),
  selectedNode: maybe(6, fc.nat(3)),
});
export type ClaimShape = typeof claimShape extends fc.Arbitrary<infer T> ? T : never;

export function buildClaim(
  name: string,
  shape: ClaimShape,
  words: Partial<ObjectMeta> & { readonly namespace: string },
): PersistentVolumeClaim {
  const { boundTo, isHalfBound, selectedNode } = shape;
  const annotations: Labels = {
    ...optional('pv.kubernetes.io/bind-completed', boundTo === undefined || isHalfBound ? undefined : 'yes'),
    ...optional('volume.kubernetes.io/selected-node', selectedNode === undefined ? undefined : nodeName(selectedNode)),
  };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta(name, {
      uid: `uid-${words.namespace}-${name}`,
      annotations,
      ...optional('deletionTimestamp', shape.isLeaving ? '2026-01-01T00:00:00Z' : undefined),
      ...words,
    }),
    spec: {
      accessModes: [shape.accessMode],
      resources: { requests: { storage: shape.size } },
      volumeName: boundTo ?? '',
      storageClassName: shape.className,
      volumeMode: shape.mode,
      ...optional('selector', shape.isPicky ? { matchLabels: { kind: 'fast' }, matchExpressions: [] } : undefined),
    },
    status: { phase: shape.isLost ? 'Lost' : boundTo === undefined ? 'Pending' : 'Bound' },
  };
}

const volumeShape = fc.record({
  isMissing: chance(10),
  size: fc.constantFrom('1Gi', '2Gi', '3Gi', '5Gi', '10Gi'),
  className: fc.constantFrom('local', 'local', 'wait', 'zonal', ''),
  mode,
  accessModes: fc.constantFrom(
    ['ReadWriteOnce' as const, 'ReadOnlyMany' as const, 'ReadWriteOncePod' as const],
    ['ReadWriteOnce' as const],
  ),
  reachable: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: zone.map((value) => ({ key: zoneKey, value })) },
    { weight: 2, arbitrary: fc.nat(5).map((index) => ({ key: hostnameKey, value: nodeName(index) })) },
  ),
  zone: maybe(45, fc.constantFrom('za', 'zb', 'za__zb', 'zc', 'za__')),
  hasOldZone: fc.boolean(),
  isFast: chance(40),
  reservedFor: maybe(12, fc.constantFrom(...claimNames)),
  isAvailable: sometimes(20, fc.constant(false), true),
  kind: sometimes(
    15,
    fc.constantFrom('gcePersistentDisk' as const, 'other' as const),
    'csi' as 'csi' | 'gcePersistentDisk' | 'other',
  ),
});
type VolumeShape = typeof volumeShape extends fc.Arbitrary<infer T> ? T : never;

function buildVolume(name: string, shape: VolumeShape): PersistentVolume {
  const { reachable, reservedFor, kind } = shape;
  const labels: Labels = {
    ...optional(shape.hasOldZone ? oldZoneKey : zoneKey, shape.zone),
    ...optional('kind', shape.isFast ? 'fast' : undefined),
  };
  const terms = (key: string, value: string) => ({
    required: {
      nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In' as const, values: [value] }], matchFields: [] }],
    },
  });
  const claimRef = reservedFor === undefined ? undefined : { namespace: 'default', name: reservedFor };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: meta(name, { labels }),
    spec: {
      capacity: { storage: shape.size },
      accessModes: shape.accessModes,
      storageClassName: shape.className,
      volumeMode: shape.mode,
      ...optional('nodeAffinity', reachable === undefined ? undefined : terms(reachable.key, reachable.value)),
      ...optional('claimRef', claimRef),
      source:
        kind === 'csi'
          ? { kind, driver, volumeHandle: `handle-${name}` }
          : kind === 'other'
            ? { kind }
            : { kind, pdName: name },
    },
    status: { phase: shape.isAvailable ? 'Available' : 'Released' },
  };
}

const capacity: fc.Arbitrary<CSIStorageCapacity> = fc
  .record({
    name: fc.uuid(),
    storageClassName: fc.constantFrom('wait', 'zonal'),
    zone,
    capacity: maybe(90, fc.constantFrom('1Gi', '3Gi', '10Gi')),
    maximumVolumeSize: maybe(25, fc.constantFrom('1Gi', '3Gi')),
    isNowhere: chance(10),
  })
  .map(({ name, storageClassName, zone: where, isNowhere, ...sizes }) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIStorageCapacity',
    metadata: meta(name, { namespace: 'default' }),
    storageClassName,
    ...optional('nodeTopology', isNowhere ? undefined : { matchLabels: { [zoneKey]: where }, matchExpressions: [] }),
    ...optional('capacity', sizes.capacity),
    ...optional('maximumVolumeSize', sizes.maximumVolumeSize),
  }));

const csiDriver: CSIDriver = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: meta(driver),
  spec: { storageCapacity: true },
};

function buildCsiNode(index: number, count: number | undefined): CSINode {
  const name = nodeName(index);
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: meta(name),
    spec: {
      drivers: [
        {
          name: driver,
          nodeID: name,
          topologyKeys: [],
          ...optional('allocatable', count === undefined ? undefined : { count }),
        },
      ],
    },
  };
}

const attachment: fc.Arbitrary<VolumeAttachment> = fc
  .record({ volume: fc.constantFrom(...volumeNames), index: fc.nat(5) })
  .map(({ volume, index }) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: meta(`${volume}-${nodeName(index)}`),
    spec: { attacher: driver, nodeName: nodeName(index), source: { persistentVolumeName: volume } },
  }));

const storage = fc.record({
  claims: fc.tuple(...claimNames.map(() => claimShape)),
  volumes: fc.tuple(...volumeNames.map(() => volumeShape)),
  classes: sometimes(8, fc.subarray([...classNames]), [...classNames]),
  capacities: fc.array(capacity, { maxLength: 3 }),
  tellsCapacity: chance(60),
  limits: fc.array(fc.constantFrom(undefined, 0, 1, 1, 2), { maxLength: 6 }),
  attachments: fc.uniqueArray(attachment, { selector: ({ metadata }) => metadata.name, maxLength: 2 }),
});

type StorageWords = typeof storage extends fc.Arbitrary<infer T> ? T : never;

/** Nothing at all in few clusters, so that shrinking gets rid of everything at once. */
export const storageObjects: fc.Arbitrary<OtherObject[]> = sometimes<OtherObject[]>(95, storage.map(build), []);

function build(words: StorageWords): OtherObject[] {
  return [
    ...allClasses.filter(({ metadata }) => (words.classes as readonly string[]).includes(metadata.name)),
    ...words.volumes.flatMap((shape, index) =>
      shape.isMissing ? [] : [buildVolume(volumeNames[index] as string, shape)],
    ),
    ...words.claims.flatMap((shape, index) => claimsNamed(claimNames[index] as string, shape)),
    ...words.capacities,
    ...(words.tellsCapacity ? [csiDriver] : []),
    ...words.limits.map((count, index) => buildCsiNode(index, count)),
    ...words.attachments,
  ];
}

/** In every namespace one of that name; but they are not all bound to the same volume. */
function claimsNamed(name: string, shape: ClaimShape): PersistentVolumeClaim[] {
  if (shape.isMissing) return [];
  return namespaces.map((namespace) => {
    const { boundTo: _, ...rest } = shape;
    const elsewhere: ClaimShape = { ...rest, boundTo: undefined };
    return buildClaim(name, namespace === shape.namespace || namespace === 'default' ? shape : elsewhere, {
      namespace,
    });
  });
}

/** Of the ephemeral volumes of a pod, owned by it. */
export function ephemeralClaims(pod: Pod, shape: ClaimShape): PersistentVolumeClaim[] {
  const { name, uid = '' } = pod.metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name, uid, controller: true }];
  return pod.spec.volumes
    .filter(({ source }) => source.kind === 'ephemeral')
    .map((volume) => buildClaim(`${name}-${volume.name}`, shape, { namespace: namespaceOf(pod), ownerReferences }));
}

/** For the claims of ephemeral volumes. */
export const ephemeralShape = claimShape;
