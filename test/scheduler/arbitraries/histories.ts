/** What happens to random clusters, one event after the other. */
import fc from 'fast-check';
import type { Node, Pod } from '../../../src/api/objects.ts';
import type { OtherObject, ReferenceCluster } from '../reference/index.ts';
import { applyEvent, type ClusterEvent } from './apply-event.ts';
import { claimsFor, clusters } from './clusters.ts';
import { buildNode, type NodeShape, nodeShape } from './nodes.ts';
import { ownerObjects } from './owners.ts';
import { buildPod, buildRunning, runningShape, waitingShape } from './pods.ts';
import { nodeNames, podLabels } from './pools.ts';
import { ephemeralShape, storageObjects } from './storage.ts';

export interface History {
  readonly start: ReferenceCluster;
  readonly events: readonly ClusterEvent[];
}

/** What to do, not yet to whom: places are taken modulo the number of those that there are. */
type Step = (cluster: ReferenceCluster, serial: number) => ClusterEvent[];

const place = fc.nat(100);
const at = <T>(list: readonly T[], index: number): T | undefined =>
  list.length === 0 ? undefined : list[index % list.length];
const each = <T>(one: T | undefined, event: (found: T) => ClusterEvent): ClusterEvent[] =>
  one === undefined ? [] : [event(one)];

const addPod: fc.Arbitrary<Step> = fc
  .tuple(runningShape, ephemeralShape)
  .map(([shape, claimShape]) => ({ nodes }, serial) => {
    if (nodes.length === 0) return [];
    const built = buildRunning(serial, shape, nodes.length);
    const home = at(nodes, shape.home) as Node;
    const pod: Pod = { ...built, spec: { ...built.spec, nodeName: home.metadata.name } };
    const claims = claimsFor([pod], claimShape).map((object): ClusterEvent => ({ type: 'setObject', object }));
    return [...claims, { type: 'setPod', pod }];
  });

const removePod: fc.Arbitrary<Step> = place.map(
  (index) =>
    ({ pods }) =>
      each(at(pods, index), (pod) => ({ type: 'removePod', pod })),
);

const changePod: fc.Arbitrary<Step> = fc
  .record({ index: place, labels: podLabels, isLeaving: fc.boolean(), hasEnded: fc.nat(5).map((roll) => roll === 5) })
  .map(
    ({ index, labels, isLeaving, hasEnded }) =>
      ({ pods }) =>
        each(at(pods, index), (pod) => {
          const metadata = { ...pod.metadata, labels };
          const leaving = { ...metadata, deletionTimestamp: '2026-01-01T01:00:00Z' };
          const status = hasEnded ? { ...pod.status, phase: 'Succeeded' as const } : pod.status;
          return { type: 'setPod', pod: { ...pod, metadata: isLeaving ? leaving : metadata, status } };
        }),
  );

/** One side of a node at a time, so that what depends on the others must stay. */
const sides: readonly (readonly (keyof NodeShape)[])[] = [
  ['labels'],
  ['taints'],
  ['unschedulable'],
  ['allocatable'],
  ['images'],
  ['declaredFeatures'],
  ['labels', 'taints', 'unschedulable', 'allocatable', 'images'],
];

const changeNode: fc.Arbitrary<Step> = fc
  .record({ index: place, shape: nodeShape, side: fc.constantFrom(...sides) })
  .map(
    ({ index, shape, side }) =>
      ({ nodes }) =>
        each(at(nodes, index), (node) => ({
          type: 'setNode',
          node: changed(node, buildNode(node.metadata.name, shape), side),
        })),
  );

function changed(before: Node, after: Node, side: readonly (keyof NodeShape)[]): Node {
  const pick = (name: keyof NodeShape): Node => (side.includes(name) ? after : before);
  const { declaredFeatures: _, ...status } = before.status;
  const { declaredFeatures } = pick('declaredFeatures').status;
  return {
    ...before,
    metadata: { ...before.metadata, labels: pick('labels').metadata.labels },
    spec: { taints: pick('taints').spec.taints, unschedulable: pick('unschedulable').spec.unschedulable },
    status: {
      ...status,
      capacity: pick('allocatable').status.capacity,
      allocatable: pick('allocatable').status.allocatable,
      images: pick('images').status.images,
      ...(declaredFeatures === undefined ? {} : { declaredFeatures }),
    },
  };
}

/** A name that is free may be that of a node that is gone, whose pods are still there. */
const addNode: fc.Arbitrary<Step> = fc.tuple(nodeShape, place).map(([shape, index]) => ({ nodes }) => {
  const free = nodeNames.filter((name) => !nodes.some(({ metadata }) => metadata.name === name));
  return each(at(free, index), (name) => ({ type: 'setNode', node: buildNode(name, shape) }));
});

const removeNode: fc.Arbitrary<Step> = place.map(
  (index) =>
    ({ nodes }) =>
      nodes.length < 2 ? [] : each(at(nodes, index), (node) => ({ type: 'removeNode', node })),
);

const nominate: fc.Arbitrary<Step> = fc.tuple(waitingShape, place).map(
  ([shape, index]) =>
    ({ nodes }, serial) =>
      each(at(nodes, index), ({ metadata }) => ({
        type: 'nominate',
        // Claims of ephemeral volumes are not of interest here, and their absence is.
        pod: buildPod(`nominated${serial}`, shape, { nominatedNodeName: metadata.name }),
      })),
);

const withdraw: fc.Arbitrary<Step> = place.map(
  (index) =>
    ({ nominated }) =>
      each(at(nominated, index), (pod) => ({ type: 'withdraw', pod })),
);

/** Takes an object of a second cluster, in the place of one of that name if there is one. */
const setObject: fc.Arbitrary<Step> = fc.tuple(fc.oneof(storageObjects, ownerObjects), place).map(
  ([objects, index]) =>
    () =>
      each(at(objects, index), (object) => ({ type: 'setObject', object })),
);

/** Claims of running pods' ephemeral volumes stay. */
const removeObject: fc.Arbitrary<Step> = place.map((index) => ({ objects }) => {
  const isFree = ({ metadata }: OtherObject): boolean => metadata.ownerReferences === undefined;
  return each(at(objects.filter(isFree), index), (object) => ({ type: 'removeObject', object }));
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: addPod },
  { weight: 4, arbitrary: removePod },
  { weight: 3, arbitrary: changePod },
  { weight: 4, arbitrary: changeNode },
  { weight: 2, arbitrary: addNode },
  { weight: 2, arbitrary: removeNode },
  { weight: 1, arbitrary: nominate },
  { weight: 1, arbitrary: withdraw },
  { weight: 3, arbitrary: setObject },
  { weight: 1, arbitrary: removeObject },
);

export const histories = (maxSteps = 12): fc.Arbitrary<History> =>
  fc
    .record({ start: clusters, steps: fc.array(step, { maxLength: maxSteps, size: 'max' }) })
    .map(({ start, steps }) => {
      const events: ClusterEvent[] = [];
      let cluster = start;
      steps.forEach((act, index) => {
        const happening = act(cluster, start.pods.length + index);
        events.push(...happening);
        cluster = happening.reduce(applyEvent, cluster);
      });
      return { start, events };
    });
