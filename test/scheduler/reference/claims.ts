/** Volumes that go through claims. */
import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../../src/api/objects.ts';
import { findObject, namespaceOf, podKey, type ReferenceCluster } from './cluster.ts';

/** A volume of a pod with the name of its claim; an ephemeral volume's claim is made for the pod. */
export interface ClaimVolume {
  readonly claimName: string;
  readonly isEphemeral: boolean;
}

export function claimVolumesOf(pod: Pod): ClaimVolume[] {
  return pod.spec.volumes.flatMap((volume) => claimVolumeOf(pod, volume) ?? []);
}

function claimVolumeOf(pod: Pod, { name, source }: Volume): ClaimVolume | undefined {
  if (source.kind === 'persistentVolumeClaim') return { claimName: source.claimName, isEphemeral: false };
  if (source.kind === 'ephemeral') return { claimName: `${pod.metadata.name}-${name}`, isEphemeral: true };
  return undefined;
}

export function findClaim(cluster: ReferenceCluster, pod: Pod, claimName: string): PersistentVolumeClaim | undefined {
  return findObject(cluster, 'PersistentVolumeClaim', namespaceOf(pod), claimName);
}

export const claimNotFound = (claimName: string): string => `persistentvolumeclaim "${claimName}" not found`;

/** An ephemeral volume must not take someone else's claim. `undefined`: it is the pod's own. */
export function whyNotForPod(pod: Pod, claim: PersistentVolumeClaim): string | undefined {
  const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner !== undefined && owner.uid === podKey(pod)) return undefined;
  const namespace = namespaceOf(pod);
  return `PVC ${namespace}/${claim.metadata.name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
}

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** Empty for none. */
export const classOfClaim = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations[classAnnotation] ?? spec.storageClassName ?? '';

export const classOfVolume = ({ metadata, spec }: PersistentVolume): string =>
  metadata.annotations[classAnnotation] ?? spec.storageClassName;

/** The volume controller has finished with it. */
export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  spec.volumeName !== '' && metadata.annotations['pv.kubernetes.io/bind-completed'] !== undefined;
