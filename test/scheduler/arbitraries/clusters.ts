/** Random clusters with a pod to place in them. */
import fc from 'fast-check';
import type { Pod } from '../../../src/api/objects.ts';
import type { OtherObject, ReferenceCluster, ReferenceOptions } from '../reference/index.ts';
import { buildNode, nodeShape, type Plenty, withPlenty } from './nodes.ts';
import { options } from './options.ts';
import { ownerObjects } from './owners.ts';
import { buildPod, buildRunning, importantShape, type RunningShape, runningShape, waitingShape } from './pods.ts';
import { maxNodes, nodeName } from './pools.ts';
import { chance, few, maybe, sometimes } from './some.ts';
import { type ClaimShape, ephemeralClaims, ephemeralShape, storageObjects } from './storage.ts';

export interface SchedulingCase {
  readonly cluster: ReferenceCluster;
  /** Waits; it may have been promised a node. */
  readonly pod: Pod;
  readonly options: ReferenceOptions;
  /** For preemption; may be larger than the number of nodes. */
  readonly offset: number;
}

const plenty: fc.Arbitrary<Plenty> = fc.record({ hasRoom: chance(25), isOpen: chance(50) });

const nominatedShape = fc.record({ shape: waitingShape, home: fc.nat(maxNodes) });

interface ClusterWords {
  readonly plenty: fc.Arbitrary<Plenty>;
  readonly maxNodes: number;
  readonly running: fc.Arbitrary<RunningShape[]>;
}

const clustersWith = (words: ClusterWords): fc.Arbitrary<ReferenceCluster> =>
  fc
    .record({
      plenty: words.plenty,
      nodes: fc.array(nodeShape, { minLength: 1, maxLength: words.maxNodes, size: 'max' }),
      running: words.running,
      nominated: few(30, nominatedShape, 3),
      owners: ownerObjects,
      storage: storageObjects,
      ephemeral: ephemeralShape,
    })
    .map(({ owners, storage, ephemeral, ...shapes }) => {
      const nodes = shapes.nodes.map((shape, index) => withPlenty(buildNode(nodeName(index), shape), shapes.plenty));
      const pods = shapes.running.map((shape, index) => buildRunning(index, shape, nodes.length));
      const nominated = shapes.nominated.map(({ shape, home }, index) =>
        buildPod(`nominated${index}`, shape, { nominatedNodeName: nodeName(home) }),
      );
      const claims = claimsFor([...pods, ...nominated], ephemeral);
      return { nodes, pods, nominated, objects: [...owners, ...storage, ...claims] };
    });

export const clusters: fc.Arbitrary<ReferenceCluster> = clustersWith({
  plenty,
  maxNodes,
  running: fc.array(runningShape, { maxLength: 24, size: 'max' }),
});

/** A claim for each ephemeral volume. */
export const claimsFor = (pods: readonly Pod[], shape: ClaimShape): OtherObject[] =>
  pods.flatMap((pod) => ephemeralClaims(pod, shape));

/** Its promise, if it has one, is of a node that there is, or of one that is gone. */
export const waitingPod: fc.Arbitrary<Pod> = fc
  .record({ shape: waitingShape, nominated: maybe(8, fc.nat(maxNodes)) })
  .map(({ shape, nominated }) =>
    buildPod('new', shape, nominated === undefined ? {} : { nominatedNodeName: nodeName(nominated) }),
  );

export const schedulingCases: fc.Arbitrary<SchedulingCase> = fc
  .record({
    cluster: clusters,
    pod: waitingPod,
    options,
    offset: fc.nat(maxNodes),
    ephemeral: ephemeralShape,
    lacksEphemeralClaim: chance(10),
    givesWay: chance(75),
  })
  .map(({ cluster, ephemeral, lacksEphemeralClaim, givesWay, ...words }) => {
    const claims = lacksEphemeralClaim ? [] : claimsFor([words.pod], ephemeral);
    const plentyOf = { hasRoom: true, isOpen: true };
    const nodes =
      givesWay && isAfterMore(words.pod) ? cluster.nodes.map((node) => withPlenty(node, plentyOf)) : cluster.nodes;
    return { ...words, cluster: { ...cluster, nodes, objects: [...cluster.objects, ...claims] } };
  });

/** Than room. Then it is mostly given room, or else the plugins for what it is after would seldom be heard. */
function isAfterMore({ spec }: Pod): boolean {
  const hasPorts = spec.containers.some(({ ports }) => ports.length > 0);
  const hasWishes = Object.keys(spec.affinity).length > 0 || spec.topologySpreadConstraints.length > 0;
  return hasPorts || hasWishes || spec.volumes.length > 0;
}

/** Running pods are many and not important, and the one that waits is: it will mostly have to make room. */
export const preemptionCases: fc.Arbitrary<SchedulingCase> = fc
  .record({
    cluster: clustersWith({
      plenty: fc.record({ hasRoom: chance(35), isOpen: chance(85) }),
      maxNodes: 5,
      running: fc.array(runningShape, { minLength: 2, maxLength: 24, size: 'max' }),
    }),
    pod: importantShape.map((shape) => buildPod('new', shape)),
    options,
    offset: fc.nat(maxNodes),
    ephemeral: ephemeralShape,
  })
  .map(({ cluster, ephemeral, ...words }) => {
    const objects = [...cluster.objects, ...claimsFor([words.pod], ephemeral)];
    return { ...words, cluster: { ...cluster, objects, pods: cluster.pods.map(lessImportant) } };
  });

const lessImportant = (pod: Pod): Pod => ({ ...pod, spec: { ...pod.spec, priority: Math.min(10, pod.spec.priority) } });

/** So many nodes that not all of them are looked at. Nodes and pods repeat a few shapes. */
export const largeCases: fc.Arbitrary<SchedulingCase> = fc
  .record({
    count: fc.integer({ min: 100, max: 240 }),
    shapes: fc.array(nodeShape, { minLength: 1, maxLength: 7 }),
    running: fc.array(runningShape, { maxLength: 5 }),
    pod: waitingShape,
    options,
    startIndex: fc.nat(300),
    percentageOfNodesToScore: sometimes(40, fc.constantFrom(10, 60, 100), 0),
    offset: fc.nat(300),
  })
  .map(({ count, shapes, running, pod, options: profile, startIndex, percentageOfNodesToScore, offset }) => {
    const all = Array.from({ length: count }, (_, index) =>
      buildNode(nodeName(index), shapes[index % shapes.length] as (typeof shapes)[number]),
    );
    const pods = running.map((shape, index) => buildRunning(index, { ...shape, home: shape.home * 17 }, count));
    return {
      cluster: { nodes: all, pods: pods.map(withoutVolumes), nominated: [], objects: [] },
      pod: withoutVolumes(buildPod('new', pod)),
      options: { ...profile, startIndex: startIndex % count, percentageOfNodesToScore },
      offset,
    };
  });

const withoutVolumes = (pod: Pod): Pod => ({ ...pod, spec: { ...pod.spec, volumes: [] } });
