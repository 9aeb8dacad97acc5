/** What the controllers of a cluster would make of the workloads among the objects that were read. */
import { compileLabelSelector } from './label-selectors.ts';
import type { LoadedObjects, Sourced } from './load.ts';
import type { ObjectMeta, PersistentVolumeClaim, Pod, ReplicaSet } from './objects.ts';
import { podsOfWorkload, type Workload } from './workload-pods.ts';

type Objects = LoadedObjects['objects'];

export interface ExpandedWorkloads {
  readonly pods: readonly Pod[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly claims: readonly PersistentVolumeClaim[];
  /** What each pod is made from. */
  readonly sources: ReadonlyMap<Pod, Sourced<Workload>>;
  readonly notes: readonly string[];
}

/** Workloads whose pods are given are left as they are, and counted in a note. */
export function expandWorkloads(objects: Objects): ExpandedWorkloads {
  const pods: Pod[] = [];
  const replicaSets: ReplicaSet[] = [];
  const claims: PersistentVolumeClaim[] = [];
  const sources = new Map<Pod, Sourced<Workload>>();
  const given = new Map<string, number>();
  const taken = new Set(objects.Pod.map(({ object }) => keyOf(object.metadata)));
  const takenClaims = new Set(objects.PersistentVolumeClaim.map(({ object }) => keyOf(object.metadata)));
  for (const source of workloadsOf(objects)) {
    const workload = source.object;
    if (isExpanded(workload, objects)) {
      given.set(workload.kind, (given.get(workload.kind) ?? 0) + 1);
      continue;
    }
    let own = podsOfWorkload(workload);
    // Two workloads of different kinds may have one name, but no two pods may.
    if (own.pods.some(({ metadata }) => taken.has(keyOf(metadata)))) {
      own = podsOfWorkload(workload, `${workload.metadata.name}-${workload.kind.toLowerCase()}`);
    }
    if (own.replicaSet !== undefined) replicaSets.push(own.replicaSet);
    claims.push(...own.claims.filter(({ metadata }) => !takenClaims.has(keyOf(metadata))));
    for (const pod of own.pods) {
      pods.push(pod);
      sources.set(pod, source);
      taken.add(keyOf(pod.metadata));
    }
  }
  const notes = [...given].map(
    ([kind, count]) => `${count} x ${kind}: what it owns is given, so no pods are made from it`,
  );
  return { pods, replicaSets, claims, sources, notes };
}

function keyOf({ namespace = 'default', name }: ObjectMeta): string {
  return `${namespace}/${name}`;
}

/** Those first whose pods have names that are their own. */
function workloadsOf(objects: Objects): readonly Sourced<Workload>[] {
  return [
    ...objects.StatefulSet,
    ...objects.Deployment,
    ...objects.ReplicaSet,
    ...objects.ReplicationController,
    ...objects.Job,
  ];
}

/** Whether the input already has what a controller would make of the workload. */
function isExpanded(workload: Workload, objects: Objects): boolean {
  const { kind, metadata, spec } = workload;
  const isOwned = ({ namespace = 'default', ownerReferences = [] }: ObjectMeta): boolean =>
    namespace === metadata.namespace &&
    ownerReferences.some((owner) => owner.kind === kind && owner.name === metadata.name);
  if (kind !== 'Deployment') return objects.Pod.some(({ object }) => isOwned(object.metadata));
  if (objects.ReplicaSet.some(({ object }) => isOwned(object.metadata))) return true;
  const { matches } = compileLabelSelector(spec.selector);
  return objects.Pod.some(
    ({ object: { metadata: own } }) => (own.namespace ?? 'default') === metadata.namespace && matches(own.labels),
  );
}
