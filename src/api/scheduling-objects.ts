/** Everything that scheduling reads, from manifests or from plain values. */
import { defaultStorageClass, impliedNamespaces, withStorageClass } from './admission.ts';
import type { JsonPath, SourceDocument } from './documents.ts';
import { formatPath } from './documents.ts';
import type { Problem, SourcePosition } from './errors.ts';
import { type FileAccess, nodeFiles } from './files.ts';
import { readKind } from './kinds/read-kind.ts';
import { type KindName, type ObjectTypes, schedulingKinds } from './kinds/registry.ts';
import { compileLabelSelector } from './label-selectors.ts';
import { type LoadedObjects, loadObjects, type Sourced } from './load.ts';
import type {
  ObjectMeta,
  PersistentVolumeClaim,
  Pod,
  ReplicaSet,
  SchedulingKind,
  SchedulingObjects,
} from './objects.ts';
import { type ClassPosition, resolvePriorities } from './priorities.ts';
import { podsOfWorkload, type Workload } from './workload-pods.ts';

type AnyObject = SchedulingObjects[SchedulingKind];

export interface SchedulingInput {
  /** All but the pods. */
  readonly objects: readonly AnyObject[];
  /** Declared ones, then those of workloads; with their priorities. */
  readonly pods: readonly Pod[];
  readonly notes: readonly string[];
}

/**
 * Reads all objects behind `paths`, and adds what a cluster would: the pods and claims of workloads (except where those
 * pods are given themselves), the priorities of pods, default storage classes, namespaces that are only mentioned.
 * @throws InputError with every problem found
 */
export async function loadSchedulingObjects(
  paths: readonly string[],
  files: FileAccess = nodeFiles,
): Promise<SchedulingInput> {
  const { objects, notes } = await loadObjects(paths, files, schedulingKinds);
  const made = makePods(objects);
  const declared = objects.Pod.map(({ object }) => object);
  const positions: ClassPosition = (pod) => {
    const source = made.sources.get(pod) ?? objects.Pod.find(({ object }) => object === pod);
    if (source === undefined) return undefined;
    const path: JsonPath = [...(source.object.kind === 'Pod' ? [] : ['spec', 'template']), 'spec', 'priorityClassName'];
    return { at: source.positionOf(path), path: formatPath(path) };
  };
  const classes = objects.PriorityClass.map(({ object }) => object);
  const pods = resolvePriorities([...declared, ...made.pods], classes, positions);
  const className = defaultStorageClass(objects.StorageClass.map(({ object }) => object));
  const others = [...plainObjects(objects), ...made.replicaSets, ...made.claims].map((object) =>
    object.kind === 'PersistentVolumeClaim' ? withStorageClass(object, className) : object,
  );
  const metas = [...others, ...pods].map(({ metadata }) => metadata);
  const namespaces = impliedNamespaces(
    metas,
    objects.Namespace.map(({ object }) => object),
  );
  return { objects: [...namespaces, ...others], pods, notes: [...notes, ...made.notes] };
}

type Objects = LoadedObjects['objects'];

interface MadePods {
  readonly pods: readonly Pod[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly claims: readonly PersistentVolumeClaim[];
  /** What each pod is made from. */
  readonly sources: ReadonlyMap<Pod, Sourced<Workload>>;
  readonly notes: readonly string[];
}

function makePods(objects: Objects): MadePods {
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

/** In the order of the kinds, so that what pods refer to is there before them. */
function plainObjects(objects: Objects): AnyObject[] {
  return readableKinds.flatMap((kind) =>
    kind === 'Pod' ? [] : objects[kind].map(({ object }) => plainObject(object)),
  );
}

/** Kinds that the scheduler itself looks at: all but those which only stand for pods, and the endpoints. */
type ReadableKind = Exclude<KindName, 'Deployment' | 'Job' | 'EndpointSlice'>;
const readableKinds = schedulingKinds.filter(
  (kind): kind is ReadableKind => kind !== 'Deployment' && kind !== 'Job' && kind !== 'EndpointSlice',
);

/** Without what only the networking side or the making of pods reads. */
function plainObject(object: ObjectTypes[Exclude<ReadableKind, 'Pod'>]): AnyObject {
  switch (object.kind) {
    case 'Service': {
      const { name, namespace, labels, annotations } = object.metadata;
      const { apiVersion, kind, spec } = object;
      return {
        apiVersion,
        kind,
        metadata: { name, namespace, labels, annotations },
        spec: { selector: spec.selector ?? {} },
      };
    }
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'ReplicationController':
      return { ...object, spec: { selector: object.spec.selector } } as AnyObject;
    default:
      return object;
  }
}

export type ReadObject =
  | { readonly ok: true; readonly object: AnyObject }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * One object from a plain value, as a template gives it. Problems point at the one place, or, where the document is
 * given that the value is from, at each field's own.
 */
export function readObject(value: unknown, at: SourcePosition | SourceDocument): ReadObject {
  const document = 'positionOf' in at ? { ...at, value } : { value, positionOf: () => at, positionOfKey: () => at };
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const known = readableKinds.find((candidate) => candidate === kind);
  if (known === undefined) {
    const problem: Problem = {
      at: document.positionOf(['kind']),
      path: 'kind',
      message: 'is not a kind that scheduling reads',
      got: JSON.stringify(kind) ?? 'nothing',
      allowed: readableKinds.join(', '),
    };
    return { ok: false, problems: [problem] };
  }
  const result = readKind<typeof known>(known, document);
  if (!result.ok) return result;
  const object = result.value;
  return { ok: true, object: object.kind === 'Pod' ? object : plainObject(object) };
}
