/**
 * What a volume must be for a claim. Source: component-helpers storage/volume (pv_helpers.go), and the persistent volume
 * controller's checkVolumeSatisfyClaim.
 */
import type { PersistentVolume, PersistentVolumeClaim } from '../api/objects.ts';
import { compareQuantities } from '../api/quantity.ts';

const oldClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** Empty: none. */
export function classOfClaim({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations[oldClassAnnotation] ?? spec.storageClassName ?? '';
}

export function classOfVolume({ metadata, spec }: PersistentVolume): string {
  return metadata.annotations[oldClassAnnotation] ?? spec.storageClassName;
}

export function storageOfClaim({ spec }: PersistentVolumeClaim): string {
  return spec.resources.requests.storage ?? '0';
}

export function storageOfVolume({ spec }: PersistentVolume): string {
  return spec.capacity.storage ?? '0';
}

/** Whether the volume is kept for the claim, or already bound to it. */
export function isKeptFor({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (claimRef === undefined) return false;
  if (claimRef.name !== metadata.name || claimRef.namespace !== (metadata.namespace ?? 'default')) return false;
  return claimRef.uid === undefined || claimRef.uid === '' || claimRef.uid === metadata.uid;
}

/** What neither a look-up by class nor an order by size has seen to: mode, access, attributes, and that it stays. */
export function isLike(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { accessModes, volumeMode, volumeAttributesClassName = '' } = claim.spec;
  return (
    volume.spec.volumeMode === volumeMode &&
    (volume.spec.volumeAttributesClassName ?? '') === volumeAttributesClassName &&
    accessModes.every((mode) => volume.spec.accessModes.includes(mode)) &&
    volume.metadata.deletionTimestamp === undefined
  );
}

export function isLargeEnough(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return compareQuantities(storageOfVolume(volume), storageOfClaim(claim)) >= 0;
}
