/** Pods that get in each other's way. */
import fc from 'fast-check';
import type {
  Container,
  OwnerReference,
  Pod,
  PodSpec,
  ResourceList,
  Toleration,
  Volume,
  VolumeSource,
} from '../../../src/api/objects.ts';
import { type AffinityRates, affinity, spreadConstraints, withMergedKeys } from './affinity.ts';
import { type ContainerRates, containers, initContainers } from './containers.ts';
import { claimNames, image, namespace, nodeName, podLabels, taintEffects, taintKeys } from './pools.ts';
import { chance, few, maybe, optional, sometimes } from './some.ts';

const toleration: fc.Arbitrary<Toleration> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant({ key: '', operator: 'Exists' as const, value: '', effect: '' as const }) },
  {
    weight: 6,
    arbitrary: fc
      .record({
        key: fc.constantFrom(...taintKeys, 'node.kubernetes.io/unschedulable'),
        operator: fc.constantFrom('Exists' as const, 'Equal' as const),
        value: fc.constantFrom('', 'a', 'b'),
        effect: fc.constantFrom('' as const, '' as const, ...taintEffects),
      })
      .map((one) => (one.operator === 'Exists' ? { ...one, value: '' } : one)),
  },
);

/** A claim of an ephemeral volume is made by the cluster that the pod is in. */
const source: fc.Arbitrary<VolumeSource> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(...claimNames).map((claimName) => ({
      kind: 'persistentVolumeClaim' as const,
      claimName,
      readOnly: false,
    })),
  },
  { weight: 4, arbitrary: fc.constant(ephemeral()) },
  { weight: 4, arbitrary: readOnlyOr((readOnly) => ({ kind: 'gcePersistentDisk', pdName: 'disk', readOnly })) },
  { weight: 1, arbitrary: readOnlyOr((readOnly) => ({ kind: 'awsElasticBlockStore', volumeID: 'ebs', readOnly })) },
  { weight: 1, arbitrary: readOnlyOr((readOnly) => ({ kind: 'iscsi', iqn: 'iqn', readOnly })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.subarray(['m', 'n', 'o'], { minLength: 1 }), fc.boolean())
      .map(([monitors, readOnly]) => ({ kind: 'rbd' as const, monitors, pool: 'p', image: 'i', readOnly })),
  },
  { weight: 2, arbitrary: image.map((reference) => ({ kind: 'image' as const, reference })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'other' as const }) },
);

function ephemeral(): VolumeSource {
  const template = {
    accessModes: ['ReadWriteOnce' as const],
    resources: { requests: { storage: '1Gi' } },
    volumeName: '',
    volumeMode: 'Filesystem' as const,
  };
  return { kind: 'ephemeral', template, labels: {} };
}

function readOnlyOr(build: (readOnly: boolean) => VolumeSource): fc.Arbitrary<VolumeSource> {
  return fc.boolean().map(build);
}

const owner: fc.Arbitrary<OwnerReference> = fc.constantFrom(
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'set', uid: 'set', controller: true },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'set', uid: 'set', controller: true },
  { apiVersion: 'v1', kind: 'ReplicationController', name: 'set', uid: 'set', controller: true },
  { apiVersion: 'batch/v1', kind: 'Job', name: 'set', uid: 'set', controller: true },
);

/** How often a pod has what, in percent. */
export interface PodRates extends AffinityRates, ContainerRates {
  readonly selector: number;
  readonly spread: number;
  readonly tolerations: number;
  readonly volumes: number;
}

/** All of a pod but its name and where it is. */
export const podShape = (rates: PodRates) =>
  fc.record({
    namespace: sometimes(25, namespace, 'default' as const),
    labels: podLabels,
    owner: maybe(25, owner),
    priority: fc.constantFrom<number[]>(0, 0, 10, 100, -5),
    isPolite: chance(6),
    containers: containers(rates),
    initContainers: initContainers(rates),
    overhead: sometimes<ResourceList>(8, fc.constantFrom({ cpu: '100m' }, { memory: '50Mi', cpu: '10m' }), {}),
    podRequests: maybe(
      8,
      fc.constantFrom<ResourceList>({ cpu: '700m' }, { memory: '600Mi' }, { cpu: '0', memory: '1Gi' }),
    ),
    hasOwnUsers: chance(rates.features),
    nodeSelector: sometimes<PodSpec['nodeSelector']>(
      rates.selector,
      fc.constantFrom({ disk: 'ssd' }, { rack: '1' }),
      {},
    ),
    affinity: affinity(rates),
    tolerations: few(rates.tolerations, toleration),
    spread: sometimes<PodSpec['topologySpreadConstraints']>(rates.spread, spreadConstraints, []),
    volumes: few(rates.volumes, source),
  });
export type PodShape = ReturnType<typeof podShape> extends fc.Arbitrary<infer T> ? T : never;

const none: PodRates = {
  nodeAffinity: 0,
  podAffinity: 0,
  podAntiAffinity: 0,
  ports: 0,
  features: 0,
  selector: 0,
  spread: 0,
  tolerations: 40,
  volumes: 0,
};
const aBit: PodRates = {
  nodeAffinity: 15,
  podAffinity: 20,
  podAntiAffinity: 20,
  ports: 10,
  features: 2,
  selector: 5,
  spread: 20,
  tolerations: 50,
  volumes: 15,
};

/**
 * Pods that wait. Most are after one thing, for of a pod that is after everything one hears only what the first
 * plugin has against it.
 */
export const waitingShape: fc.Arbitrary<PodShape> = fc.oneof(
  { withCrossShrink: true },
  { weight: 2, arbitrary: podShape(none) },
  { weight: 7, arbitrary: podShape(none).map(important) },
  { weight: 6, arbitrary: podShape({ ...none, nodeAffinity: 90, selector: 20 }) },
  { weight: 5, arbitrary: podShape({ ...none, podAffinity: 55, podAntiAffinity: 70 }) },
  { weight: 9, arbitrary: podShape({ ...none, spread: 100, nodeAffinity: 15 }) },
  { weight: 14, arbitrary: podShape({ ...none, volumes: 100 }) },
  { weight: 1, arbitrary: podShape({ ...none, features: 60 }) },
  { weight: 3, arbitrary: podShape({ ...none, ports: 90 }) },
  { weight: 4, arbitrary: podShape(aBit) },
);

function important(shape: PodShape): PodShape {
  return { ...shape, priority: 100, isPolite: false };
}

/** Pods that would evict others: for room, for a port, a disk or a claim, or because others do not want them near. */
export const importantShape: fc.Arbitrary<PodShape> = fc
  .oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: podShape(none).map(hungry) },
    { weight: 2, arbitrary: podShape({ ...none, podAffinity: 20, podAntiAffinity: 80 }) },
    { weight: 2, arbitrary: podShape({ ...none, spread: 90 }) },
    { weight: 2, arbitrary: podShape({ ...none, ports: 95 }) },
    { weight: 2, arbitrary: podShape({ ...none, volumes: 100 }) },
    { weight: 1, arbitrary: podShape(aBit) },
  )
  .map(important);

function hungry(shape: PodShape): PodShape {
  const [first, ...others] = shape.containers as [Container, ...Container[]];
  const requests = { ...first.resources.requests, cpu: '1500m' };
  return { ...shape, containers: [{ ...first, resources: { requests, limits: {} } }, ...others] };
}

/** Pods that run: what they were after now troubles others. */
const settledShape: fc.Arbitrary<PodShape> = podShape({ ...aBit, podAntiAffinity: 16, ports: 25, volumes: 35 });

export interface PodPlace {
  readonly nodeName?: string;
  readonly nominatedNodeName?: string;
  /** Seconds after the start of 2026; different for each pod, for otherwise there is no telling who is evicted. */
  readonly startedAfterSec?: number;
  readonly isLeaving?: boolean;
}

const timeOf = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();

export function buildPod(name: string, shape: PodShape, place: PodPlace = {}): Pod {
  const { nodeName: home = '', nominatedNodeName = '', startedAfterSec, isLeaving = false } = place;
  const resources = podLevelRequests(shape);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: shape.namespace,
      uid: `uid-${name}`,
      labels: shape.labels,
      annotations: {},
      ...optional('ownerReferences', shape.owner === undefined ? undefined : [shape.owner]),
      ...optional('deletionTimestamp', isLeaving ? timeOf(3600) : undefined),
    },
    spec: {
      nodeName: home,
      schedulerName: 'default-scheduler',
      priorityClassName: '',
      priority: shape.priority,
      preemptionPolicy: shape.isPolite ? 'Never' : 'PreemptLowerPriority',
      containers: shape.containers,
      initContainers: shape.initContainers,
      overhead: shape.overhead,
      ...optional('resources', resources === undefined ? undefined : { requests: resources, limits: {} }),
      hostNetwork: shape.hasOwnUsers,
      ...optional('hostUsers', shape.hasOwnUsers ? false : undefined),
      nodeSelector: shape.nodeSelector,
      affinity: withMergedKeys(shape.affinity, shape.labels),
      tolerations: shape.tolerations,
      topologySpreadConstraints: shape.spread,
      schedulingGates: [],
      volumes: shape.volumes.map((one, index): Volume => ({ name: `vol${index}`, source: one })),
      resourceClaims: [],
    },
    status: {
      phase: home === '' ? 'Pending' : 'Running',
      conditions: isLeaving ? [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] : [],
      nominatedNodeName,
      ...optional('startTime', startedAfterSec === undefined ? undefined : timeOf(startedAfterSec)),
    },
  };
}

/** The API server adds what containers ask for and the pod as a whole leaves out. */
function podLevelRequests({
  podRequests,
  containers: main,
  initContainers: first,
}: PodShape): ResourceList | undefined {
  if (podRequests === undefined) return undefined;
  const asked = (resource: string): string | undefined =>
    [...main, ...first]
      .map(({ resources }: Container) => resources.requests[resource])
      .find((quantity) => quantity !== undefined);
  // Larger than any sum of containers, so that it is never less than they ask for.
  const cpu = podRequests.cpu ?? (asked('cpu') === undefined ? undefined : '2');
  const memory = podRequests.memory ?? (asked('memory') === undefined ? undefined : '2Gi');
  return { ...podRequests, ...optional('cpu', cpu), ...optional('memory', memory) };
}

/** A running pod, on one of so many nodes. */
export const runningShape = fc.record({ shape: settledShape, home: fc.nat(11), isLeaving: chance(6) });
export type RunningShape = typeof runningShape extends fc.Arbitrary<infer T> ? T : never;

/** The start times of pods one after the other in the list go up and down, and never repeat. */
export function buildRunning(index: number, { shape, home, isLeaving }: RunningShape, nodeCount: number): Pod {
  const startedAfterSec = (index * 37) % 101;
  return buildPod(`p${index}`, shape, { nodeName: nodeName(home % nodeCount), startedAfterSec, isLeaving });
}
