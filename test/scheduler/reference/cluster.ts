/** What the reference is asked about: a cluster as plain lists of API objects, and nothing kept beside them. */
import type { Node, Pod, SchedulingKind, SchedulingObjects } from '../../../src/api/objects.ts';
import { type Zone, zonesOf } from './visiting-order.ts';

export type OtherKind = Exclude<SchedulingKind, 'Node' | 'Pod'>;
export type OtherObject = SchedulingObjects[OtherKind];

export interface ReferenceCluster {
  /** In the order in which they came. */
  readonly nodes: readonly Node[];
  /**
   * kube-scheduler's node tree. It has a history (a node that changes its zone goes to the end of the new one), so
   * `applyEvent` keeps it; where it is absent the nodes are taken to have come one after the other, as listed.
   */
  readonly zones?: readonly Zone[];
  /** A pod runs where its `nodeName` says, if it has not ended and there is such a node; all others are left out. */
  readonly pods: readonly Pod[];
  /** Waiting pods that have been promised room on their `status.nominatedNodeName`. */
  readonly nominated: readonly Pod[];
  /** Everything else. Where order could matter (volumes of one size) the first one counts. */
  readonly objects: readonly OtherObject[];
}

export function emptyCluster(words: Partial<ReferenceCluster> = {}): ReferenceCluster {
  return { nodes: [], pods: [], nominated: [], objects: [], ...words };
}

export function zonesOfCluster(cluster: ReferenceCluster): readonly Zone[] {
  return cluster.zones ?? zonesOf(cluster.nodes);
}

export function objectsOf<K extends OtherKind>(cluster: ReferenceCluster, kind: K): SchedulingObjects[K][] {
  return cluster.objects.filter((object) => object.kind === kind) as SchedulingObjects[K][];
}

/** @param namespace the empty one for kinds without namespaces */
export function findObject<K extends OtherKind>(
  cluster: ReferenceCluster,
  kind: K,
  namespace: string,
  name: string,
): SchedulingObjects[K] | undefined {
  return objectsOf(cluster, kind).find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
  );
}

export const namespaceOf = ({ metadata }: Pod): string => metadata.namespace ?? 'default';

/** Two objects are the same pod if they have this in common. */
export const podKey = (pod: Pod): string => pod.metadata.uid ?? `${namespaceOf(pod)}/${pod.metadata.name}`;

const hasEnded = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';

/** Pods being deleted are still there. */
export function podsOn(cluster: ReferenceCluster, node: Node): Pod[] {
  return cluster.pods.filter((pod) => pod.spec.nodeName === node.metadata.name && !hasEnded(pod));
}

/** Every running pod with its node. */
export function placedPods(cluster: ReferenceCluster): { readonly pod: Pod; readonly node: Node }[] {
  return cluster.nodes.flatMap((node) => podsOn(cluster, node).map((pod) => ({ pod, node })));
}
