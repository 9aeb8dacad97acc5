/** Volumes, claims, classes, and what drivers say of nodes. */
import { z } from 'zod';
import { dnsLabel, filledText, labelKey, quantity, resourceList, strictObject, wholeNumber } from '../fields.ts';
import { clusterMeta, namespacedMeta } from '../metadata.ts';
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeSource,
  StorageClass,
  VolumeAttachment,
} from '../objects.ts';
import { labelSelector } from '../selector.ts';
import { accessMode, claimSpec, volumeMode } from './claim-spec.ts';
import type { KindDefinition } from './definition.ts';
import { nodeSelector } from './pod/selectors.ts';

const storageV1 = ['storage.k8s.io/v1'];

const claim: z.ZodType<PersistentVolumeClaim> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('PersistentVolumeClaim'),
  metadata: namespacedMeta,
  spec: claimSpec,
  status: z
    .looseObject({ phase: z.enum(['Pending', 'Bound', 'Lost']).optional() })
    .transform(({ phase }) => ({ phase }))
    .prefault({}),
}).transform(({ spec, status, ...rest }) => ({
  ...rest,
  spec,
  // A claim that names its volume is taken for bound when it does not say otherwise.
  status: { phase: status.phase ?? (spec.volumeName === '' ? 'Pending' : 'Bound') },
}));
export const persistentVolumeClaimKind: KindDefinition<PersistentVolumeClaim> = {
  kind: 'PersistentVolumeClaim',
  apiVersions: ['v1'],
  schema: claim,
};

const sources = {
  csi: z
    .looseObject({ driver: filledText, volumeHandle: filledText })
    .transform(({ driver, volumeHandle }): PersistentVolumeSource => ({ kind: 'csi', driver, volumeHandle })),
  gcePersistentDisk: z
    .looseObject({ pdName: filledText })
    .transform(({ pdName }): PersistentVolumeSource => ({ kind: 'gcePersistentDisk', pdName })),
  awsElasticBlockStore: z
    .looseObject({ volumeID: filledText })
    .transform(({ volumeID }): PersistentVolumeSource => ({ kind: 'awsElasticBlockStore', volumeID })),
  azureDisk: z
    .looseObject({ diskName: filledText })
    .transform(({ diskName }): PersistentVolumeSource => ({ kind: 'azureDisk', diskName })),
};

/** Sources that scheduling does not tell apart, and what it does not read at all. */
const otherVolumeFields = [
  'azureFile',
  'cephfs',
  'cinder',
  'fc',
  'flexVolume',
  'flocker',
  'glusterfs',
  'hostPath',
  'iscsi',
  'local',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
  'persistentVolumeReclaimPolicy',
  'mountOptions',
];

const volumeSpec = strictObject(
  {
    capacity: resourceList.default({}),
    accessModes: z.array(accessMode).default([]),
    storageClassName: z.string().default(''),
    volumeMode: volumeMode.default('Filesystem'),
    nodeAffinity: strictObject({ required: nodeSelector.exactOptional() }).exactOptional(),
    claimRef: z
      .looseObject({ namespace: dnsLabel.default('default'), name: filledText, uid: z.string().exactOptional() })
      .exactOptional(),
    volumeAttributesClassName: z.string().exactOptional(),
    csi: sources.csi.optional(),
    gcePersistentDisk: sources.gcePersistentDisk.optional(),
    awsElasticBlockStore: sources.awsElasticBlockStore.optional(),
    azureDisk: sources.azureDisk.optional(),
  },
  otherVolumeFields,
).transform((spec): PersistentVolume['spec'] => ({
  capacity: spec.capacity,
  accessModes: spec.accessModes,
  storageClassName: spec.storageClassName,
  volumeMode: spec.volumeMode,
  ...(spec.nodeAffinity === undefined ? {} : { nodeAffinity: spec.nodeAffinity }),
  ...(spec.claimRef === undefined
    ? {}
    : {
        claimRef: {
          namespace: spec.claimRef.namespace,
          name: spec.claimRef.name,
          ...(spec.claimRef.uid === undefined ? {} : { uid: spec.claimRef.uid }),
        },
      }),
  ...(spec.volumeAttributesClassName === undefined
    ? {}
    : { volumeAttributesClassName: spec.volumeAttributesClassName }),
  source: spec.csi ?? spec.gcePersistentDisk ?? spec.awsElasticBlockStore ?? spec.azureDisk ?? { kind: 'other' },
}));

const volume: z.ZodType<PersistentVolume> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('PersistentVolume'),
  metadata: clusterMeta,
  spec: volumeSpec,
  status: z
    .looseObject({ phase: z.enum(['Pending', 'Available', 'Bound', 'Released', 'Failed']).default('Available') })
    .transform(({ phase }) => ({ phase }))
    .prefault({}),
});
export const persistentVolumeKind: KindDefinition<PersistentVolume> = {
  kind: 'PersistentVolume',
  apiVersions: ['v1'],
  schema: volume,
};

const topologyTerm = strictObject({
  matchLabelExpressions: z.array(strictObject({ key: labelKey, values: z.array(z.string()) })).default([]),
});

const storageClass: z.ZodType<StorageClass> = strictObject(
  {
    apiVersion: z.string(),
    kind: z.literal('StorageClass'),
    metadata: clusterMeta,
    provisioner: filledText,
    volumeBindingMode: z.enum(['Immediate', 'WaitForFirstConsumer']).default('Immediate'),
    allowedTopologies: z.array(topologyTerm).default([]),
  },
  ['parameters', 'reclaimPolicy', 'mountOptions', 'allowVolumeExpansion'],
).transform(({ apiVersion, kind, metadata, provisioner, volumeBindingMode, allowedTopologies }) => ({
  apiVersion,
  kind,
  metadata,
  provisioner,
  volumeBindingMode,
  allowedTopologies,
}));
export const storageClassKind: KindDefinition<StorageClass> = {
  kind: 'StorageClass',
  apiVersions: storageV1,
  schema: storageClass,
};

const nodeDriver = strictObject({
  name: filledText,
  nodeID: z.string().default(''),
  topologyKeys: z.array(labelKey).default([]),
  allocatable: strictObject({ count: wholeNumber(0, 2 ** 31 - 1).exactOptional() }).exactOptional(),
});
const csiNode: z.ZodType<CSINode> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('CSINode'),
  metadata: clusterMeta,
  spec: strictObject({ drivers: z.array(nodeDriver).default([]) }),
});
export const csiNodeKind: KindDefinition<CSINode> = { kind: 'CSINode', apiVersions: storageV1, schema: csiNode };

const csiDriver: z.ZodType<CSIDriver> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('CSIDriver'),
  metadata: clusterMeta,
  spec: z
    .looseObject({ storageCapacity: z.boolean().default(false) })
    .transform(({ storageCapacity }) => ({ storageCapacity })),
});
export const csiDriverKind: KindDefinition<CSIDriver> = {
  kind: 'CSIDriver',
  apiVersions: storageV1,
  schema: csiDriver,
};

const storageCapacity: z.ZodType<CSIStorageCapacity> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('CSIStorageCapacity'),
  metadata: namespacedMeta,
  storageClassName: filledText,
  nodeTopology: labelSelector.exactOptional(),
  capacity: quantity.exactOptional(),
  maximumVolumeSize: quantity.exactOptional(),
});
export const csiStorageCapacityKind: KindDefinition<CSIStorageCapacity> = {
  kind: 'CSIStorageCapacity',
  apiVersions: storageV1,
  schema: storageCapacity,
};

const attachment: z.ZodType<VolumeAttachment> = strictObject(
  {
    apiVersion: z.string(),
    kind: z.literal('VolumeAttachment'),
    metadata: clusterMeta,
    spec: z
      .looseObject({
        attacher: filledText,
        nodeName: filledText,
        source: z
          .looseObject({ persistentVolumeName: z.string().exactOptional() })
          .transform(({ persistentVolumeName }) =>
            persistentVolumeName === undefined ? {} : { persistentVolumeName },
          ),
      })
      .transform(({ attacher, nodeName, source }) => ({ attacher, nodeName, source })),
  },
  ['status'],
).transform(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec }));
export const volumeAttachmentKind: KindDefinition<VolumeAttachment> = {
  kind: 'VolumeAttachment',
  apiVersions: storageV1,
  schema: attachment,
};
