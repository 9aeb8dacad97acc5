/** Everything that scheduling reads, from manifests. */
import { defaultStorageClass, impliedNamespaces, withStorageClass } from './admission.ts';
import { formatPath, type JsonPath } from './documents.ts';
import { expandWorkloads } from './expand-workloads.ts';
import { type FileAccess, nodeFiles } from './files.ts';
import { type ObjectTypes, schedulingKinds } from './kinds/registry.ts';
import { type LoadedObjects, loadObjects } from './load.ts';
import type { Deployment, Pod } from './objects.ts';
import { type ClassPosition, resolvePriorities } from './priorities.ts';
import { plainObject, readableKinds, type SchedulingObject } from './read-object.ts';

export interface SchedulingInput {
  /** All but the pods. */
  readonly objects: readonly SchedulingObject[];
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
  const made = expandWorkloads(objects);
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
  const deployments = objects.Deployment.map(({ object }) => plainDeployment(object));
  const others = [...deployments, ...plainObjects(objects), ...made.replicaSets, ...made.claims].map((object) =>
    object.kind === 'PersistentVolumeClaim' ? withStorageClass(object, className) : object,
  );
  const metas = [...others, ...pods].map(({ metadata }) => metadata);
  const namespaces = impliedNamespaces(
    metas,
    objects.Namespace.map(({ object }) => object),
  );
  return { objects: [...namespaces, ...others], pods, notes: [...notes, ...made.notes] };
}

/** In the order of the kinds, so that what pods refer to is there before them. */
function plainObjects(objects: LoadedObjects['objects']): SchedulingObject[] {
  return readableKinds.flatMap((kind) =>
    kind === 'Pod' ? [] : objects[kind].map(({ object }) => plainObject(object)),
  );
}

function plainDeployment({ apiVersion, kind, metadata, spec }: ObjectTypes['Deployment']): Deployment {
  const { name, namespace, labels, annotations } = metadata;
  const uid = typeof metadata.uid === 'string' ? { uid: metadata.uid } : {};
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, ...uid, labels, annotations },
    spec: { replicas: spec.replicas },
  };
}
