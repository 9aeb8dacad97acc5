/**
 * What pods, their claims and their volumes say of each other.
 * Sources: component-helpers storage/volume (pv_helpers.go, helpers.go) and storage/ephemeral.
 */
import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../../api/objects.ts';
import { podKey } from '../../cluster/pod-info.ts';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
const bindCompleted = 'pv.kubernetes.io/bind-completed';
/** On a volume that the scheduler, not its owner, has given to a claim. */
export const boundByController = 'pv.kubernetes.io/bound-by-controller';
/** On a claim: for which node a volume is to be provisioned. */
export const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node';

/** A volume of a pod that is a claim's. */
export interface ClaimVolume {
  readonly claimName: string;
  /** `namespace/name` of the claim. */
  readonly key: string;
  /** The claim is made for the pod and must be owned by it. */
  readonly isEphemeral: boolean;
}

const none: readonly ClaimVolume[] = [];

export function namespaceOf({ metadata }: Pod): string {
  return metadata.namespace ?? 'default';
}

/** Of generic ephemeral volumes too: their claims have a name that follows from the pod's and the volume's. */
export function claimVolumes(pod: Pod): readonly ClaimVolume[] {
  const { volumes } = pod.spec;
  if (volumes.length === 0) return none;
  const namespace = namespaceOf(pod);
  const claims: ClaimVolume[] = [];
  for (const volume of volumes) {
    const claimName = claimNameOf(pod, volume);
    if (claimName === undefined) continue;
    claims.push({ claimName, key: `${namespace}/${claimName}`, isEphemeral: volume.source.kind === 'ephemeral' });
  }
  return claims;
}

export function claimNameOf({ metadata }: Pod, { name, source }: Volume): string | undefined {
  if (source.kind === 'persistentVolumeClaim') return source.claimName;
  return source.kind === 'ephemeral' ? `${metadata.name}-${name}` : undefined;
}

/** Whether a volume of the pod, ephemeral ones included, is this claim's. */
export function usesClaim(pod: Pod, { metadata }: PersistentVolumeClaim): boolean {
  if (pod.spec.volumes.length === 0 || namespaceOf(pod) !== metadata.namespace) return false;
  return pod.spec.volumes.some((volume) => claimNameOf(pod, volume) === metadata.name);
}

/** Whether the pod names this claim itself. */
export function namesClaim(pod: Pod, { metadata }: PersistentVolumeClaim): boolean {
  return namespaceOf(pod) === metadata.namespace && namesClaimCalled(pod, metadata.name);
}

export function namesClaimCalled({ spec }: Pod, claimName: string): boolean {
  return spec.volumes.some(({ source }) => source.kind === 'persistentVolumeClaim' && source.claimName === claimName);
}

/** Why an ephemeral volume may not take the claim: it is someone else's. */
export function ownershipProblem(pod: Pod, claim: PersistentVolumeClaim): string | undefined {
  const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner?.uid !== undefined && owner.uid === podKey(pod)) return undefined;
  const namespace = namespaceOf(pod);
  const claimName = `${namespace}/${claim.metadata.name}`;
  return `PVC ${claimName} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
}

/** Empty: none. */
export function classOfClaim({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations[classAnnotation] ?? spec.storageClassName ?? '';
}

export function classOfVolume({ metadata, spec }: PersistentVolume): string {
  return metadata.annotations[classAnnotation] ?? spec.storageClassName;
}

export function claimKey({ metadata }: PersistentVolumeClaim): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** The volume controller has finished with it. */
export function isFullyBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return spec.volumeName !== '' && metadata.annotations[bindCompleted] !== undefined;
}

/** Whether the volume is kept for the claim, or already bound to it. */
export function isBoundTo({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  if (claimRef === undefined) return false;
  if (claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return claimRef.uid === undefined || claimRef.uid === '' || claimRef.uid === metadata.uid;
}

/** In the words of the API server. */
export const notFound = {
  claim: (name: string): string => `persistentvolumeclaim "${name}" not found`,
  volume: (name: string): string => `persistentvolume "${name}" not found`,
  storageClass: (name: string): string => `storageclass.storage.k8s.io "${name}" not found`,
};
