/**
 * The Kubernetes objects that scheduling reads, as they are after the API server's defaults. What reads manifests
 * (kinds/) gives these; generators and traces make them directly. Fields that scheduling does not read are left out.
 * Optional fields are absent, never null. Sources: k8s.io/api core/v1, storage/v1, policy/v1, scheduling/v1,
 * resource/v1.
 */

/** As written: `100m`, `1.5Gi`, `2e3`; quantity.ts has its exact value. */
export type Quantity = string;
export type ResourceList = Readonly<Record<string, Quantity>>;
export type Labels = Readonly<Record<string, string>>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
  readonly controller?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  /** `default` where none is written; absent for kinds without namespaces. */
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly ownerReferences?: readonly OwnerReference[];
  /** RFC 3339. */
  readonly creationTimestamp?: string;
  /** RFC 3339; present while an object is being deleted. */
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
}

export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

// --- selectors -------------------------------------------------------------------------------------------------

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** An empty one selects everything; an absent one selects nothing. */
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly LabelSelectorRequirement[];
}

export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

/** All requirements together; a term without any selects no node. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly NodeSelectorRequirement[];
  readonly matchFields: readonly NodeSelectorRequirement[];
}

/** Any of the terms. */
export interface NodeSelector {
  readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
}

// --- nodes -----------------------------------------------------------------------------------------------------

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

export interface Node extends ApiObject {
  readonly kind: 'Node';
  readonly spec: { readonly unschedulable: boolean; readonly taints: readonly Taint[] };
  readonly status: {
    readonly capacity: ResourceList;
    readonly allocatable: ResourceList;
    readonly images: readonly { readonly names: readonly string[]; readonly sizeBytes: number }[];
    readonly declaredFeatures?: readonly string[];
  };
}

// --- pods ------------------------------------------------------------------------------------------------------

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  /** 0 when the container asks for no port of the node. */
  readonly hostPort: number;
  readonly hostIP: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

export interface ResourceRequirements {
  readonly requests: ResourceList;
  readonly limits: ResourceList;
  readonly claims?: readonly { readonly name: string; readonly request?: string }[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly ContainerPort[];
  /** `requests` already has the `limits` of what it does not name, as the API server defaults it. */
  readonly resources: ResourceRequirements;
  /** Init containers only: `Always` makes a sidecar. */
  readonly restartPolicy?: 'Always';
  /** What to do when it exits; only whether `RestartAllContainers` is among it matters here. */
  readonly restartPolicyRules?: readonly { readonly action: string }[];
}

export interface Toleration {
  /** Empty with operator Exists: every key. */
  readonly key: string;
  readonly operator: 'Equal' | 'Exists' | 'Lt' | 'Gt';
  readonly value: string;
  /** Empty: every effect. */
  readonly effect: TaintEffect | '';
  readonly tolerationSeconds?: number;
}

export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly topologyKey: string;
  readonly namespaces: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly matchLabelKeys: readonly string[];
  readonly mismatchLabelKeys: readonly string[];
}

export interface WeightedPodAffinityTerm {
  readonly weight: number;
  readonly podAffinityTerm: PodAffinityTerm;
}

export interface PodAffinity {
  readonly required: readonly PodAffinityTerm[];
  readonly preferred: readonly WeightedPodAffinityTerm[];
}

export interface NodeAffinity {
  readonly required?: NodeSelector;
  readonly preferred: readonly { readonly weight: number; readonly preference: NodeSelectorTerm }[];
}

/** `required` and `preferred` stand for the API's requiredDuringScheduling… and preferredDuringScheduling…. */
export interface Affinity {
  readonly nodeAffinity?: NodeAffinity;
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
}

export interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  readonly labelSelector?: LabelSelector;
  readonly minDomains: number;
  readonly nodeAffinityPolicy: 'Honor' | 'Ignore';
  readonly nodeTaintsPolicy: 'Honor' | 'Ignore';
  readonly matchLabelKeys: readonly string[];
}

/** A volume's source; `other` is one that scheduling does not look at. */
export type VolumeSource =
  | { readonly kind: 'persistentVolumeClaim'; readonly claimName: string; readonly readOnly: boolean }
  | { readonly kind: 'ephemeral'; readonly template: PersistentVolumeClaimSpec; readonly labels: Labels }
  | { readonly kind: 'gcePersistentDisk'; readonly pdName: string; readonly readOnly: boolean }
  | { readonly kind: 'awsElasticBlockStore'; readonly volumeID: string; readonly readOnly: boolean }
  | { readonly kind: 'iscsi'; readonly iqn: string; readonly readOnly: boolean }
  | {
      readonly kind: 'rbd';
      readonly monitors: readonly string[];
      readonly pool: string;
      readonly image: string;
      readonly readOnly: boolean;
    }
  | { readonly kind: 'azureDisk'; readonly diskName: string; readonly readOnly: boolean }
  | { readonly kind: 'csi'; readonly driver: string }
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'other' };

export interface Volume {
  readonly name: string;
  readonly source: VolumeSource;
}

export interface PodResourceClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

export interface PodSpec {
  /** Empty until it is bound. */
  readonly nodeName: string;
  readonly schedulerName: string;
  readonly priorityClassName: string;
  readonly priority: number;
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never';
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly overhead: ResourceList;
  /** Pod-level resources. */
  readonly resources?: ResourceRequirements;
  readonly hostNetwork: boolean;
  /** Absent: true. False gives the pod users of its own. */
  readonly hostUsers?: boolean;
  readonly nodeSelector: Labels;
  readonly affinity: Affinity;
  readonly tolerations: readonly Toleration[];
  readonly topologySpreadConstraints: readonly TopologySpreadConstraint[];
  readonly schedulingGates: readonly string[];
  readonly volumes: readonly Volume[];
  readonly resourceClaims: readonly PodResourceClaim[];
  /** The PodGroup whose gang the pod belongs to, in its namespace. */
  readonly podGroupName?: string;
}

export interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

/** What an in-place resize has come to, for one container. */
export interface ContainerStatus {
  readonly name: string;
  readonly allocatedResources?: ResourceList;
  readonly resources?: ResourceRequirements;
}

/** The claim that the scheduler has made for a pod's extended resources, and which of its requests are which container's. */
export interface ExtendedResourceClaimStatus {
  readonly requestMappings: readonly {
    readonly containerName: string;
    readonly resourceName: string;
    readonly requestName: string;
  }[];
  readonly resourceClaimName: string;
}

export interface PodStatus {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly conditions: readonly PodCondition[];
  readonly nominatedNodeName: string;
  /** RFC 3339. */
  readonly startTime?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  /** What an in-place resize of the pod's own resources has come to. */
  readonly allocatedResources?: ResourceList;
  readonly resources?: ResourceRequirements;
  readonly resourceClaimStatuses?: readonly { readonly name: string; readonly resourceClaimName?: string }[];
  readonly extendedResourceClaimStatus?: ExtendedResourceClaimStatus;
}

export interface Pod extends ApiObject {
  readonly kind: 'Pod';
  readonly spec: PodSpec;
  readonly status: PodStatus;
}

// --- what owns or selects pods -----------------------------------------------------------------------------------

export interface Namespace extends ApiObject {
  readonly kind: 'Namespace';
}

/** Only the selector matters here; the proxy reads Services through kinds/service.ts. */
export interface SelectingService extends ApiObject {
  readonly kind: 'Service';
  readonly spec: { readonly selector: Labels };
}

export interface ReplicationController extends ApiObject {
  readonly kind: 'ReplicationController';
  /** `replicas` matter to disruption budgets alone; absent: 1. */
  readonly spec: { readonly selector: Labels; readonly replicas?: number };
}

export interface ReplicaSet extends ApiObject {
  readonly kind: 'ReplicaSet';
  readonly spec: { readonly selector: LabelSelector; readonly replicas?: number };
}

export interface StatefulSet extends ApiObject {
  readonly kind: 'StatefulSet';
  readonly spec: { readonly selector: LabelSelector; readonly replicas?: number };
}

/** Its ReplicaSets have the pods; disruption budgets go by the number that it wants of them. */
export interface Deployment extends ApiObject {
  readonly kind: 'Deployment';
  readonly spec: { readonly replicas: number };
}

export interface PriorityClass extends ApiObject {
  readonly kind: 'PriorityClass';
  readonly value: number;
  readonly globalDefault: boolean;
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never';
}

export interface PodDisruptionBudget extends ApiObject {
  readonly kind: 'PodDisruptionBudget';
  readonly spec: {
    readonly selector?: LabelSelector;
    /** A number of pods, or a share such as `50%`. */
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
  readonly status: {
    readonly disruptionsAllowed: number;
    readonly disruptedPods: Labels;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly expectedPods?: number;
    /** Absent: nobody has worked the status out yet. */
    readonly observedGeneration?: number;
  };
}

/** scheduling.k8s.io PodGroup (alpha): all of `minCount` pods at once, or none. */
export interface PodGroup extends ApiObject {
  readonly kind: 'PodGroup';
  readonly spec: { readonly policy: { readonly gang?: { readonly minCount: number } }; readonly topologyKey?: string };
}

export interface ResourceQuota extends ApiObject {
  readonly kind: 'ResourceQuota';
  readonly spec: { readonly hard: ResourceList };
}

// --- storage -----------------------------------------------------------------------------------------------------

export type AccessMode = 'ReadWriteOnce' | 'ReadOnlyMany' | 'ReadWriteMany' | 'ReadWriteOncePod';

export interface PersistentVolumeClaimSpec {
  readonly accessModes: readonly AccessMode[];
  readonly selector?: LabelSelector;
  readonly resources: { readonly requests: ResourceList };
  readonly volumeName: string;
  /** Absent: the default class; empty: none. */
  readonly storageClassName?: string;
  readonly volumeMode: 'Filesystem' | 'Block';
  readonly volumeAttributesClassName?: string;
}

export interface PersistentVolumeClaim extends ApiObject {
  readonly kind: 'PersistentVolumeClaim';
  readonly spec: PersistentVolumeClaimSpec;
  readonly status: { readonly phase: 'Pending' | 'Bound' | 'Lost' };
}

/** `other` is a source that scheduling does not tell apart. */
export type PersistentVolumeSource =
  | { readonly kind: 'csi'; readonly driver: string; readonly volumeHandle: string }
  | { readonly kind: 'gcePersistentDisk'; readonly pdName: string }
  | { readonly kind: 'awsElasticBlockStore'; readonly volumeID: string }
  | { readonly kind: 'azureDisk'; readonly diskName: string }
  | { readonly kind: 'other' };

export interface PersistentVolume extends ApiObject {
  readonly kind: 'PersistentVolume';
  readonly spec: {
    readonly capacity: ResourceList;
    readonly accessModes: readonly AccessMode[];
    readonly storageClassName: string;
    readonly volumeMode: 'Filesystem' | 'Block';
    readonly nodeAffinity?: { readonly required?: NodeSelector };
    readonly claimRef?: { readonly namespace: string; readonly name: string; readonly uid?: string };
    readonly source: PersistentVolumeSource;
    readonly volumeAttributesClassName?: string;
  };
  readonly status: { readonly phase: 'Pending' | 'Available' | 'Bound' | 'Released' | 'Failed' };
}

export interface StorageClass extends ApiObject {
  readonly kind: 'StorageClass';
  readonly provisioner: string;
  readonly volumeBindingMode: 'Immediate' | 'WaitForFirstConsumer';
  readonly allowedTopologies: readonly {
    readonly matchLabelExpressions: readonly { readonly key: string; readonly values: readonly string[] }[];
  }[];
}

/** Its name is that of the node. */
export interface CSINode extends ApiObject {
  readonly kind: 'CSINode';
  readonly spec: {
    readonly drivers: readonly {
      readonly name: string;
      readonly nodeID: string;
      readonly topologyKeys: readonly string[];
      readonly allocatable?: { readonly count?: number };
    }[];
  };
}

export interface CSIDriver extends ApiObject {
  readonly kind: 'CSIDriver';
  readonly spec: { readonly storageCapacity: boolean };
}

export interface CSIStorageCapacity extends ApiObject {
  readonly kind: 'CSIStorageCapacity';
  readonly storageClassName: string;
  readonly nodeTopology?: LabelSelector;
  readonly capacity?: Quantity;
  readonly maximumVolumeSize?: Quantity;
}

export interface VolumeAttachment extends ApiObject {
  readonly kind: 'VolumeAttachment';
  readonly spec: {
    readonly attacher: string;
    readonly nodeName: string;
    readonly source: { readonly persistentVolumeName?: string };
  };
}

// --- dynamic resource allocation (resource.k8s.io/v1) ----------------------------------------------------------

export type DeviceAttributeValue = string | number | boolean | { readonly version: string };

/** What a share of a capacity can be. */
export interface CapacityRequestPolicy {
  /** Of a request that does not name the capacity. */
  readonly default?: Quantity;
  /** In ascending order. */
  readonly validValues?: readonly Quantity[];
  readonly validRange?: { readonly min?: Quantity; readonly max?: Quantity; readonly step?: Quantity };
}

/** Amounts of counters of one set. */
export interface DeviceCounters {
  readonly counterSet: string;
  readonly counters: ResourceList;
}

export interface Device {
  readonly name: string;
  readonly attributes: Readonly<Record<string, DeviceAttributeValue>>;
  readonly capacity: ResourceList;
  /** By name of the capacity. */
  readonly requestPolicies?: Readonly<Record<string, CapacityRequestPolicy>>;
  readonly taints: readonly Taint[];
  /** What the device takes of counters that it shares with other devices of its pool. */
  readonly consumesCounters?: readonly DeviceCounters[];
  /** In slices with `perDeviceNodeSelection`, one of these three. */
  readonly nodeName?: string;
  readonly nodeSelector?: NodeSelector;
  readonly allNodes?: boolean;
  /** Several requests can each have a share of its capacity. */
  readonly allowMultipleAllocations?: boolean;
  /** An allocation with it is good on one node only. */
  readonly bindsToNode?: boolean;
  /** All of them must be true of the device before the pod is bound; none of the others may be. */
  readonly bindingConditions?: readonly string[];
  readonly bindingFailureConditions?: readonly string[];
}

export interface ResourceSlice extends ApiObject {
  readonly kind: 'ResourceSlice';
  readonly spec: {
    readonly driver: string;
    readonly pool: { readonly name: string; readonly generation: number; readonly resourceSliceCount: number };
    readonly nodeName?: string;
    readonly nodeSelector?: NodeSelector;
    readonly allNodes?: boolean;
    /** Each device says which nodes it is for. */
    readonly perDeviceNodeSelection?: boolean;
    readonly devices: readonly Device[];
    /** A slice has counters or devices. */
    readonly sharedCounters?: readonly { readonly name: string; readonly counters: ResourceList }[];
  };
}

export interface DeviceSelector {
  /** A CEL expression over `device`. */
  readonly cel: string;
}

/** Taints devices that are named by what it selects: all that is given must be so. */
export interface DeviceTaintRule extends ApiObject {
  readonly kind: 'DeviceTaintRule';
  readonly spec: {
    readonly deviceSelector: { readonly driver?: string; readonly pool?: string; readonly device?: string };
    /** Absent: one that only informs. */
    readonly taint?: Taint;
  };
}

export interface DeviceClass extends ApiObject {
  readonly kind: 'DeviceClass';
  readonly spec: { readonly selectors: readonly DeviceSelector[]; readonly extendedResourceName?: string };
}

export interface ExactDeviceRequest {
  readonly deviceClassName: string;
  readonly selectors: readonly DeviceSelector[];
  readonly allocationMode: 'ExactCount' | 'All';
  readonly count: number;
  readonly adminAccess: boolean;
  readonly tolerations: readonly Toleration[];
  /** How much of the device's capacities, of one that can be shared. */
  readonly capacity?: ResourceList;
}

/** `exactly`, or the first of `firstAvailable` that can be had. */
export interface DeviceRequest {
  readonly name: string;
  readonly exactly?: ExactDeviceRequest;
  readonly firstAvailable?: readonly (ExactDeviceRequest & { readonly name: string })[];
}

export interface DeviceConstraint {
  /** Empty: all requests of the claim. */
  readonly requests: readonly string[];
  readonly matchAttribute?: string;
  readonly distinctAttribute?: string;
}

export interface DeviceAllocationResult {
  readonly request: string;
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly adminAccess: boolean;
  /** Tells shares of one device apart; absent: the device is the claim's alone. */
  readonly shareID?: string;
  readonly consumedCapacity?: ResourceList;
  readonly bindingConditions?: readonly string[];
  readonly bindingFailureConditions?: readonly string[];
}

/** What the driver says of a device that a claim has. */
export interface AllocatedDeviceStatus {
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
}

export interface ResourceClaim extends ApiObject {
  readonly kind: 'ResourceClaim';
  readonly spec: {
    readonly requests: readonly DeviceRequest[];
    readonly constraints: readonly DeviceConstraint[];
  };
  readonly status: {
    readonly allocation?: {
      readonly results: readonly DeviceAllocationResult[];
      readonly nodeSelector?: NodeSelector;
      /** RFC 3339. */
      readonly allocationTimestamp?: string;
    };
    readonly reservedFor: readonly { readonly resource: string; readonly name: string; readonly uid: string }[];
    readonly devices?: readonly AllocatedDeviceStatus[];
  };
}

export interface ResourceClaimTemplate extends ApiObject {
  readonly kind: 'ResourceClaimTemplate';
  readonly spec: { readonly spec: ResourceClaim['spec'] };
}

// --- all of them ---------------------------------------------------------------------------------------------------

/** Kind to object, of everything that the scheduler watches. */
export interface SchedulingObjects {
  readonly Node: Node;
  readonly Pod: Pod;
  readonly Namespace: Namespace;
  readonly Service: SelectingService;
  readonly ReplicationController: ReplicationController;
  readonly ReplicaSet: ReplicaSet;
  readonly StatefulSet: StatefulSet;
  readonly Deployment: Deployment;
  readonly PriorityClass: PriorityClass;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly PodGroup: PodGroup;
  readonly ResourceQuota: ResourceQuota;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly PersistentVolume: PersistentVolume;
  readonly StorageClass: StorageClass;
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
export type SchedulingKind = keyof SchedulingObjects;
