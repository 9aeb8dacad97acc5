/** How many pods their owners want. Source: kubernetes pkg/controller/disruption (finders). */
import type { OwnerReference, Pod, SchedulingObjects } from '../api/objects.ts';
import type { OwnerScale } from './disruption-state.ts';
import type { MemoryCluster } from './memory-cluster.ts';

const scaled = ['ReplicaSet', 'StatefulSet', 'ReplicationController', 'Deployment'] as const;
type ScaledKind = (typeof scaled)[number];

export function isScaled(kind: string): kind is ScaledKind {
  return scaled.some((known) => known === kind);
}

/** ReplicaSets of a Deployment stand for it. */
export function ownerOf(cluster: MemoryCluster, { metadata }: Pod): OwnerScale | 'none' | 'unknown' {
  const { namespace = 'default' } = metadata;
  const controller = controllerOf(metadata);
  if (controller === undefined) return 'none';
  const owner = find(cluster, namespace, controller);
  const above = owner?.kind === 'ReplicaSet' ? controllerOf(owner.metadata) : undefined;
  const deployment = above?.kind === 'Deployment' ? find(cluster, namespace, above) : undefined;
  const found = deployment ?? owner;
  if (found === undefined) return 'unknown';
  return { key: `${found.kind}/${found.metadata.name}`, replicas: found.spec.replicas ?? 1 };
}

function controllerOf({ ownerReferences = [] }: Pod['metadata']): OwnerReference | undefined {
  return ownerReferences.find(({ controller }) => controller === true);
}

/** One of the same name that is not the same object is none. */
function find(
  cluster: MemoryCluster,
  namespace: string,
  { kind, name, uid }: OwnerReference,
): SchedulingObjects[ScaledKind] | undefined {
  const found = isScaled(kind) ? cluster.get(kind, namespace, name) : undefined;
  const isOther = uid !== undefined && found?.metadata.uid !== undefined && uid !== found.metadata.uid;
  return isOther ? undefined : found;
}
