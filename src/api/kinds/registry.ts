/** The kinds that are read. A kind that is not listed here is left aside and named in a note. */
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  DeviceClass,
  DeviceTaintRule,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  PodGroup,
  PriorityClass,
  ResourceClaim,
  ResourceClaimTemplate,
  ResourceQuota,
  ResourceSlice,
  StorageClass,
  VolumeAttachment,
} from '../objects.ts';
import type { KindDefinition } from './definition.ts';
import { type Deployment, deploymentKind } from './deployment.ts';
import {
  deviceClassKind,
  deviceTaintRuleKind,
  resourceClaimKind,
  resourceClaimTemplateKind,
  resourceSliceKind,
} from './devices.ts';
import { type EndpointSlice, endpointSliceKind } from './endpoint-slice.ts';
import { nodeKind } from './node.ts';
import {
  type Job,
  jobKind,
  namespaceKind,
  type ReplicaSet,
  type ReplicationController,
  replicaSetKind,
  replicationControllerKind,
  type StatefulSet,
  statefulSetKind,
} from './owners.ts';
import { type Pod, podKind } from './pod.ts';
import { podDisruptionBudgetKind, podGroupKind, priorityClassKind, resourceQuotaKind } from './policy.ts';
import { type Service, serviceKind } from './service.ts';
import {
  csiDriverKind,
  csiNodeKind,
  csiStorageCapacityKind,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  storageClassKind,
  volumeAttachmentKind,
} from './storage.ts';

/** Kind to object type; a new kind is one line here and one below. */
export interface ObjectTypes {
  readonly Service: Service;
  readonly Deployment: Deployment;
  readonly Pod: Pod;
  readonly EndpointSlice: EndpointSlice;
  readonly Node: Node;
  readonly Namespace: Namespace;
  readonly ReplicationController: ReplicationController;
  readonly ReplicaSet: ReplicaSet;
  readonly StatefulSet: StatefulSet;
  readonly Job: Job;
  readonly PriorityClass: PriorityClass;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly PodGroup: PodGroup;
  readonly ResourceQuota: ResourceQuota;
  readonly StorageClass: StorageClass;
  readonly PersistentVolume: PersistentVolume;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly CSINode: CSINode;
  readonly CSIDriver: CSIDriver;
  readonly CSIStorageCapacity: CSIStorageCapacity;
  readonly VolumeAttachment: VolumeAttachment;
  readonly ResourceSlice: ResourceSlice;
  readonly DeviceClass: DeviceClass;
  readonly DeviceTaintRule: DeviceTaintRule;
  readonly ResourceClaim: ResourceClaim;
  readonly ResourceClaimTemplate: ResourceClaimTemplate;
}
export type KindName = keyof ObjectTypes;

export const kinds: { readonly [K in KindName]: KindDefinition<ObjectTypes[K]> } = {
  Service: serviceKind,
  Deployment: deploymentKind,
  Pod: podKind,
  EndpointSlice: endpointSliceKind,
  Node: nodeKind,
  Namespace: namespaceKind,
  ReplicationController: replicationControllerKind,
  ReplicaSet: replicaSetKind,
  StatefulSet: statefulSetKind,
  Job: jobKind,
  PriorityClass: priorityClassKind,
  PodDisruptionBudget: podDisruptionBudgetKind,
  PodGroup: podGroupKind,
  ResourceQuota: resourceQuotaKind,
  StorageClass: storageClassKind,
  PersistentVolume: persistentVolumeKind,
  PersistentVolumeClaim: persistentVolumeClaimKind,
  CSINode: csiNodeKind,
  CSIDriver: csiDriverKind,
  CSIStorageCapacity: csiStorageCapacityKind,
  VolumeAttachment: volumeAttachmentKind,
  ResourceSlice: resourceSliceKind,
  DeviceClass: deviceClassKind,
  DeviceTaintRule: deviceTaintRuleKind,
  ResourceClaim: resourceClaimKind,
  ResourceClaimTemplate: resourceClaimTemplateKind,
};
export const kindNames = Object.keys(kinds) as KindName[];

/** What Service networking reads. */
export const networkingKinds: readonly KindName[] = ['Service', 'Deployment', 'Pod', 'EndpointSlice'];

/** What scheduling reads: everything but the endpoints, which are no concern of it. */
export const schedulingKinds: readonly KindName[] = kindNames.filter((kind) => kind !== 'EndpointSlice');
