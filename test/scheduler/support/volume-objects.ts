/** Storage objects for tests, from as few words as a test needs. */
import type {
  AccessMode,
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  LabelSelector,
  Labels,
  NodeSelector,
  NodeSelectorRequirement,
  ObjectMeta,
  OwnerReference,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeSource,
  Quantity,
  StorageClass,
  Volume,
  VolumeAttachment,
  VolumeSource,
} from '../../../src/api/objects.ts';

function meta(name: string, words: Partial<ObjectMeta> = {}): ObjectMeta {
  return { name, labels: {}, annotations: {}, ...words };
}

export interface ClaimWords {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly storage?: Quantity;
  readonly storageClassName?: string;
  readonly accessModes?: readonly AccessMode[];
  readonly selector?: LabelSelector;
  readonly volumeMode?: 'Filesystem' | 'Block';
  readonly volumeAttributesClassName?: string;
  /** Of the volume that the claim is fully bound to. */
  readonly boundTo?: string;
  /** Of the volume that the claim asks for, without being bound. */
  readonly volumeName?: string;
  readonly selectedNode?: string;
  readonly phase?: PersistentVolumeClaim['status']['phase'];
  readonly deletionTimestamp?: string;
  readonly owners?: readonly OwnerReference[];
}

/** A claim to 1 Gi of class `slow`, bound to nothing, unless said otherwise. */
export function testClaim(words: ClaimWords = {}): PersistentVolumeClaim {
  const { name = 'claim', namespace = 'default', boundTo, selectedNode } = words;
  const annotations: Record<string, string> = {};
  if (boundTo !== undefined) annotations['pv.kubernetes.io/bind-completed'] = 'yes';
  if (selectedNode !== undefined) annotations['volume.kubernetes.io/selected-node'] = selectedNode;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta(name, {
      namespace,
      annotations,
      ...(words.uid === undefined ? {} : { uid: words.uid }),
      ...(words.deletionTimestamp === undefined ? {} : { deletionTimestamp: words.deletionTimestamp }),
      ...(words.owners === undefined ? {} : { ownerReferences: words.owners }),
    }),
    spec: {
      accessModes: words.accessModes ?? ['ReadWriteOnce'],
      resources: { requests: { storage: words.storage ?? '1Gi' } },
      volumeName: boundTo ?? words.volumeName ?? '',
      storageClassName: words.storageClassName ?? 'slow',
      volumeMode: words.volumeMode ?? 'Filesystem',
      ...(words.selector === undefined ? {} : { selector: words.selector }),
      ...(words.volumeAttributesClassName === undefined
        ? {}
        : { volumeAttributesClassName: words.volumeAttributesClassName }),
    },
    status: { phase: words.phase ?? (boundTo === undefined ? 'Pending' : 'Bound') },
  };
}

export interface VolumeWords {
  readonly name?: string;
  readonly storage?: Quantity;
  readonly storageClassName?: string;
  readonly accessModes?: readonly AccessMode[];
  readonly volumeMode?: 'Filesystem' | 'Block';
  readonly labels?: Labels;
  /** Pairs that a node's labels must have. */
  readonly onNodesWith?: Labels;
  readonly affinity?: NodeSelector;
  /** `name` or `namespace/name` of a claim. */
  readonly keptFor?: string;
  readonly keptForUid?: string;
  readonly source?: PersistentVolumeSource;
  readonly phase?: PersistentVolume['status']['phase'];
  readonly volumeAttributesClassName?: string;
  readonly deletionTimestamp?: string;
}

/** A free volume of 1 Gi and class `slow` that every node reaches, unless said otherwise. */
export function testVolume(words: VolumeWords = {}): PersistentVolume {
  const { name = 'volume', keptFor, keptForUid } = words;
  const [first = '', second] = keptFor?.split('/') ?? [];
  const required = words.affinity ?? (words.onNodesWith === undefined ? undefined : nodesWith(words.onNodesWith));
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: meta(name, {
      labels: words.labels ?? {},
      ...(words.deletionTimestamp === undefined ? {} : { deletionTimestamp: words.deletionTimestamp }),
    }),
    spec: {
      capacity: { storage: words.storage ?? '1Gi' },
      accessModes: words.accessModes ?? ['ReadWriteOnce'],
      storageClassName: words.storageClassName ?? 'slow',
      volumeMode: words.volumeMode ?? 'Filesystem',
      source: words.source ?? { kind: 'other' },
      ...(required === undefined ? {} : { nodeAffinity: { required } }),
      ...(keptFor === undefined
        ? {}
        : {
            claimRef: {
              namespace: second === undefined ? 'default' : first,
              name: second ?? first,
              ...(keptForUid === undefined ? {} : { uid: keptForUid }),
            },
          }),
      ...(words.volumeAttributesClassName === undefined
        ? {}
        : { volumeAttributesClassName: words.volumeAttributesClassName }),
    },
    status: { phase: words.phase ?? 'Available' },
  };
}

export function csiSource(driver: string, volumeHandle: string): PersistentVolumeSource {
  return { kind: 'csi', driver, volumeHandle };
}

export function nodesWith(labels: Labels): NodeSelector {
  const matchExpressions = Object.entries(labels).map(
    ([key, value]): NodeSelectorRequirement => ({ key, operator: 'In', values: [value] }),
  );
  return { nodeSelectorTerms: [{ matchExpressions, matchFields: [] }] };
}

export interface ClassWords {
  readonly name?: string;
  readonly provisioner?: string;
  readonly mode?: StorageClass['volumeBindingMode'];
  /** Each a term: label to its values. */
  readonly allowedTopologies?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** `slow`, which waits for the first pod and has no provisioner, unless said otherwise. */
export function testStorageClass(words: ClassWords = {}): StorageClass {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: meta(words.name ?? 'slow'),
    provisioner: words.provisioner ?? 'kubernetes.io/no-provisioner',
    volumeBindingMode: words.mode ?? 'WaitForFirstConsumer',
    allowedTopologies: (words.allowedTopologies ?? []).map((term) => ({
      matchLabelExpressions: Object.entries(term).map(([key, values]) => ({ key, values })),
    })),
  };
}

/** @param limits by driver; `undefined` for a driver without one */
export function testCsiNode(
  name: string,
  limits: Readonly<Record<string, number | undefined>>,
  migrated: readonly string[] = [],
): CSINode {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: meta(name, {
      annotations: migrated.length === 0 ? {} : { 'storage.alpha.kubernetes.io/migrated-plugins': migrated.join(',') },
    }),
    spec: {
      drivers: Object.entries(limits).map(([driver, count]) => ({
        name: driver,
        nodeID: name,
        topologyKeys: [],
        ...(count === undefined ? {} : { allocatable: { count } }),
      })),
    },
  };
}

export function testCsiDriver(name: string, storageCapacity = true): CSIDriver {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: meta(name), spec: { storageCapacity } };
}

export interface CapacityWords {
  readonly name?: string;
  readonly storageClassName?: string;
  readonly capacity?: Quantity;
  readonly maximumVolumeSize?: Quantity;
  /** Absent: nowhere. */
  readonly onNodesWith?: Labels;
}

export function testCapacity(words: CapacityWords = {}): CSIStorageCapacity {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIStorageCapacity',
    metadata: meta(words.name ?? 'capacity', { namespace: 'default' }),
    storageClassName: words.storageClassName ?? 'slow',
    ...(words.onNodesWith === undefined
      ? {}
      : { nodeTopology: { matchLabels: words.onNodesWith, matchExpressions: [] } }),
    ...(words.capacity === undefined ? {} : { capacity: words.capacity }),
    ...(words.maximumVolumeSize === undefined ? {} : { maximumVolumeSize: words.maximumVolumeSize }),
  };
}

export function testAttachment(name: string, nodeName: string, attacher: string, volume?: string): VolumeAttachment {
  const source = volume === undefined ? {} : { persistentVolumeName: volume };
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: meta(name),
    spec: { attacher, nodeName, source },
  };
}

/** Volumes of a pod, called v0, v1, and so on. */
export function volumesOf(...sources: readonly VolumeSource[]): Volume[] {
  return sources.map((source, place) => ({ name: `v${place}`, source }));
}

export function claimSource(claimName: string): VolumeSource {
  return { kind: 'persistentVolumeClaim', claimName, readOnly: false };
}

/** A generic ephemeral volume; its claim is called after the pod and the volume. */
export function ephemeralSource(): VolumeSource {
  return { kind: 'ephemeral', template: testClaim().spec, labels: {} };
}
