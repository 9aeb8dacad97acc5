/** Devices and claims for tests, from as few words as a test needs. */
import type {
  Device,
  DeviceAllocationResult,
  DeviceAttributeValue,
  DeviceClass,
  DeviceConstraint,
  DeviceRequest,
  ExactDeviceRequest,
  NodeSelector,
  Pod,
  PodResourceClaim,
  ResourceClaim,
  ResourceList,
  ResourceSlice,
} from '../../../src/api/objects.ts';
import { testPod, testTaint } from './objects.ts';

export const driver = 'gpu.example.com';

export interface DeviceWords {
  readonly attributes?: Readonly<Record<string, DeviceAttributeValue>>;
  readonly capacity?: ResourceList;
  /** `key=value:Effect` or `key:Effect`. */
  readonly taints?: readonly string[];
}

export function testDevice(name: string, { attributes = {}, capacity = {}, taints = [] }: DeviceWords = {}): Device {
  return { name, attributes, capacity, taints: taints.map(testTaint) };
}

export interface SliceWords {
  readonly name?: string;
  readonly driver?: string;
  readonly pool?: string;
  readonly generation?: number;
  /** Slices that the pool has. */
  readonly of?: number;
  readonly nodeName?: string;
  readonly nodeSelector?: NodeSelector;
  readonly devices?: readonly (Device | string)[];
}

/** The only slice of a pool that has its node's name; without a node or a selector it is for all nodes. */
export function testSlice(words: SliceWords = {}): ResourceSlice {
  const { nodeName, nodeSelector, pool = nodeName ?? 'pool' } = words;
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: words.name ?? `slice-${pool}`, labels: {}, annotations: {} },
    spec: {
      driver: words.driver ?? driver,
      pool: { name: pool, generation: words.generation ?? 1, resourceSliceCount: words.of ?? 1 },
      ...(nodeName === undefined ? {} : { nodeName }),
      ...(nodeSelector === undefined ? {} : { nodeSelector }),
      ...(nodeName === undefined && nodeSelector === undefined ? { allNodes: true } : {}),
      devices: (words.devices ?? []).map((device) => (typeof device === 'string' ? testDevice(device) : device)),
    },
  };
}

export function testDeviceClass(name = 'gpu', ...expressions: readonly string[]): DeviceClass {
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'DeviceClass',
    metadata: { name, labels: {}, annotations: {} },
    spec: { selectors: expressions.map((cel) => ({ cel })) },
  };
}

export interface RequestWords {
  readonly deviceClass?: string;
  readonly selectors?: readonly string[];
  /** `all`, or how many. */
  readonly count?: number | 'all';
  readonly adminAccess?: boolean;
  readonly tolerations?: ExactDeviceRequest['tolerations'];
}

export function exactly(words: RequestWords = {}): ExactDeviceRequest {
  const { count = 1 } = words;
  return {
    deviceClassName: words.deviceClass ?? 'gpu',
    selectors: (words.selectors ?? []).map((cel) => ({ cel })),
    allocationMode: count === 'all' ? 'All' : 'ExactCount',
    count: count === 'all' ? 0 : count,
    adminAccess: words.adminAccess ?? false,
    tolerations: words.tolerations ?? [],
  };
}

export interface ResourceClaimWords {
  readonly name?: string;
  readonly namespace?: string;
  readonly requests?: readonly DeviceRequest[];
  readonly constraints?: readonly Partial<DeviceConstraint>[];
  /** `pool/device` of the driver that tests have. */
  readonly allocated?: readonly string[];
  readonly onNode?: string;
  readonly reservedFor?: readonly string[];
  /** Of the pod that owns it. */
  readonly ownerUid?: string;
  readonly deletionTimestamp?: string;
}

/** A claim to one device of class `gpu`, called `r`, unless said otherwise. */
export function testResourceClaim(words: ResourceClaimWords = {}): ResourceClaim {
  const { name = 'claim', namespace = 'default', allocated, ownerUid } = words;
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [words.onNode ?? ''] } as const];
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: {
      name,
      namespace,
      labels: {},
      annotations: {},
      ...(words.deletionTimestamp === undefined ? {} : { deletionTimestamp: words.deletionTimestamp }),
      ...(ownerUid === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'pod', uid: ownerUid, controller: true }] }),
    },
    spec: {
      requests: words.requests ?? [{ name: 'r', exactly: exactly() }],
      constraints: (words.constraints ?? []).map((constraint) => ({ requests: [], ...constraint })),
    },
    status: {
      ...(allocated === undefined
        ? {}
        : {
            allocation: {
              results: allocated.map(resultOf),
              ...(words.onNode === undefined
                ? {}
                : { nodeSelector: { nodeSelectorTerms: [{ matchExpressions: [], matchFields }] } }),
            },
          }),
      reservedFor: (words.reservedFor ?? []).map((uid) => ({ resource: 'pods', name: uid, uid })),
    },
  };
}

function resultOf(text: string): DeviceAllocationResult {
  const [pool = '', device = ''] = text.split('/');
  return { request: 'r', driver, pool, device, adminAccess: false };
}

/** A pod that uses claims by name. */
export function podWithClaims(...names: readonly string[]): Pod {
  const resourceClaims: PodResourceClaim[] = names.map((name) => ({ name, resourceClaimName: name }));
  return testPod({ spec: { resourceClaims } });
}
