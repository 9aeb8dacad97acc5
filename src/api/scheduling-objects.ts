/** Everything that scheduling reads, from manifests or from plain values. */
import type { SourceDocument } from './documents.ts';
import { InputError, type Problem, type SourcePosition } from './errors.ts';
import { type FileAccess, nodeFiles } from './files.ts';
import { type KindName, kinds, type ObjectTypes, schedulingKinds } from './kinds/registry.ts';
import { type LoadedObjects, loadObjects, type Sourced } from './load.ts';
import type { Pod, SchedulingKind, SchedulingObjects } from './objects.ts';
import { PriorityProblem, resolvePriorities } from './priorities.ts';
import { matchesSelector } from './selector.ts';
import { validate } from './validate.ts';
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
 * Reads all objects behind `paths`. Workloads stand for the pods that their controllers would make, except where those
 * pods are given themselves.
 * @throws InputError with every problem found
 */
export async function loadSchedulingObjects(
  paths: readonly string[],
  files: FileAccess = nodeFiles,
): Promise<SchedulingInput> {
  const { objects, notes } = await loadObjects(paths, files, schedulingKinds);
  const declared = objects.Pod.map(({ object }) => object);
  const made: Pod[] = [];
  const between: AnyObject[] = [];
  const remarks = [...notes];
  for (const workload of workloadsOf(objects)) {
    const { pods, replicaSet } = podsOfWorkload(workload);
    if (replicaSet !== undefined) between.push(replicaSet);
    if (hasPods(workload, declared, objects)) {
      const { namespace, name } = workload.metadata;
      remarks.push(`${workload.kind} ${namespace}/${name}: pods of its own are given, so none are made from it`);
    } else {
      made.push(...pods);
    }
  }
  const classes = objects.PriorityClass.map(({ object }) => object);
  try {
    const pods = resolvePriorities([...declared, ...made], classes);
    return { objects: [...plainObjects(objects), ...between], pods, notes: remarks };
  } catch (error) {
    if (error instanceof PriorityProblem) throw new InputError(located(error, objects.Pod));
    throw error;
  }
}

type Objects = LoadedObjects['objects'];

function workloadsOf(objects: Objects): Workload[] {
  return [
    ...objects.Deployment,
    ...objects.ReplicaSet,
    ...objects.StatefulSet,
    ...objects.ReplicationController,
    ...objects.Job,
  ].map(({ object }) => object);
}

/** Whether the input already has what a controller would make of the workload. */
function hasPods(workload: Workload, pods: readonly Pod[], objects: Objects): boolean {
  const { kind, metadata, spec } = workload;
  const owns = ({ ownerReferences = [] }: Pod['metadata']): boolean =>
    ownerReferences.some((owner) => owner.kind === kind && owner.name === metadata.name);
  const isHere = (other: Pod['metadata']): boolean => (other.namespace ?? 'default') === metadata.namespace;
  if (kind === 'Deployment') {
    if (objects.ReplicaSet.some(({ object }) => isHere(object.metadata) && owns(object.metadata))) return true;
    return pods.some((pod) => isHere(pod.metadata) && matchesSelector(spec.selector, pod.metadata.labels));
  }
  return pods.some((pod) => isHere(pod.metadata) && owns(pod.metadata));
}

/** In the order of the kinds, so that what pods refer to is there before them. */
function plainObjects(objects: Objects): AnyObject[] {
  return schedulingKinds.flatMap((kind) => {
    if (kind === 'Pod' || kind === 'Deployment' || kind === 'Job' || kind === 'EndpointSlice') return [];
    return objects[kind].map(({ object }) => plainObject(object));
  });
}

function plainObject(
  object: ObjectTypes[Exclude<KindName, 'Pod' | 'Deployment' | 'Job' | 'EndpointSlice'>],
): AnyObject {
  if (object.kind !== 'Service') return object;
  const { apiVersion, kind, metadata, spec } = object;
  return { apiVersion, kind, metadata, spec: { selector: spec.selector ?? {} } } as SchedulingObjects['Service'];
}

function located(problem: PriorityProblem, pods: readonly Sourced<Pod>[]): string {
  const source = pods.find(({ object }) => object === problem.pod);
  if (source === undefined) return problem.message;
  const { file, line, column } = source.positionOf(['spec', 'priorityClassName']);
  return `${file}:${line}:${column}: ${problem.message}`;
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
  const known = schedulingKinds.find((candidate) => candidate === kind);
  if (known === undefined || known === 'Deployment' || known === 'Job' || known === 'EndpointSlice') {
    const problem: Problem = {
      at: document.positionOf(['kind']),
      path: 'kind',
      message: 'is not a kind that scheduling reads',
      got: JSON.stringify(kind) ?? 'nothing',
      allowed: schedulingKinds.join(', '),
    };
    return { ok: false, problems: [problem] };
  }
  const result = validate<ObjectTypes[typeof known]>(kinds[known].schema as never, document);
  if (!result.ok) return result;
  const object = result.value;
  return { ok: true, object: object.kind === 'Pod' ? object : plainObject(object) };
}
