/**
 * Tells the API server of a pod's volumes, and when its controllers have done their part. Source:
 * volumebinding/binder.go (AssumePodVolumes, BindPodVolumes, checkBindings).
 */
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../../../api/objects.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import type { SchedulerClient } from '../../framework/plugin.ts';
import { boundByController, isBoundTo, isFullyBound, selectedNodeAnnotation } from '../volumes/claims.ts';
import { isReachable, volumeAffinity } from '../volumes/volume-affinity.ts';
import type { VolumeTable } from '../volumes/volume-table.ts';
import type { PodVolumes } from './find-volumes.ts';

interface Update<T> {
  readonly before: T;
  readonly after: T;
}

/** What is to be written, and what stood there before. */
export interface AssumedVolumes {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: Update<PersistentVolume> }[];
  readonly provisions: readonly Update<PersistentVolumeClaim>[];
}

/** From now on the volumes count as taken. */
export function assumeVolumes(
  { bindings, provisions }: PodVolumes,
  nodeName: string,
  table: VolumeTable,
): AssumedVolumes {
  const assumed: AssumedVolumes = {
    bindings: bindings.map(({ claim, volume }) => ({
      claim,
      volume: { before: volume, after: volumeFor(volume, claim) },
    })),
    provisions: provisions.map(({ claim }) => ({ before: claim, after: claimOn(claim, nodeName) })),
  };
  for (const { volume } of assumed.bindings) if (volume.after !== volume.before) table.volumes.assume(volume.after);
  for (const claim of assumed.provisions) table.claims.assume(claim.after);
  return assumed;
}

export function revertVolumes({ bindings, provisions }: AssumedVolumes, table: VolumeTable): void {
  for (const { volume } of bindings) table.volumes.restore(volume.after);
  for (const { after } of provisions) table.claims.restore(after);
}

function volumeFor(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { namespace = 'default', name, uid } = claim.metadata;
  const { claimRef } = volume.spec;
  const isNamed = claimRef?.name === name && claimRef.namespace === namespace && claimRef.uid === uid;
  if (isNamed) return volume;
  const annotations = isBoundTo(volume, claim)
    ? volume.metadata.annotations
    : { ...volume.metadata.annotations, [boundByController]: 'yes' };
  return {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef: { namespace, name, ...(uid === undefined ? {} : { uid }) } },
  };
}

function claimOn(claim: PersistentVolumeClaim, nodeName: string): PersistentVolumeClaim {
  const annotations = { ...claim.metadata.annotations, [selectedNodeAnnotation]: nodeName };
  return { ...claim, metadata: { ...claim.metadata, annotations } };
}

/** @returns why it cannot be done */
export function writeVolumes({ bindings, provisions }: AssumedVolumes, client: SchedulerClient): string | undefined {
  const { updatePersistentVolume, updatePersistentVolumeClaim } = client;
  if (bindings.length > 0 && updatePersistentVolume === undefined) return 'the client cannot update volumes';
  if (provisions.length > 0 && updatePersistentVolumeClaim === undefined) return 'the client cannot update claims';
  for (const { volume } of bindings) client.updatePersistentVolume?.(volume.after);
  for (const { after } of provisions) client.updatePersistentVolumeClaim?.(after);
  return undefined;
}

/** How far the controllers are: done, not yet, or an error that only another attempt can help. */
export type BindingProgress = 'done' | 'pending' | { readonly error: string };

export function checkBindings(
  { bindings, provisions }: AssumedVolumes,
  nodeName: string,
  node: Node | undefined,
  objects: ObjectTable,
): BindingProgress {
  if (node === undefined) return { error: `failed to get node "${nodeName}": node "${nodeName}" not found` };
  for (const { claim, volume } of bindings) {
    const progress = checkBinding(claim, volume, node, objects);
    if (progress !== 'done') return progress;
  }
  for (const claim of provisions) {
    const progress = checkProvision(claim, node, objects);
    if (progress !== 'done') return progress;
  }
  return 'done';
}

function checkBinding(
  { metadata }: PersistentVolumeClaim,
  { before, after }: Update<PersistentVolume>,
  node: Node,
  objects: ObjectTable,
): BindingProgress {
  const { name } = after.metadata;
  const volume = objects.get('PersistentVolume', '', name);
  if (volume === undefined) return missing('failed to check binding', 'PersistentVolume', name);
  const claim = objects.get('PersistentVolumeClaim', metadata.namespace ?? 'default', metadata.name);
  if (claim === undefined) return missing('failed to check binding', 'PersistentVolumeClaim', metadata.name);
  // The update is still on its way.
  if (volume === before && before !== after) return 'pending';
  if (!isReachable(volumeAffinity(volume), node.metadata.labels)) return unreachable(name, node);
  if (volume.spec.claimRef === undefined) return { error: `ClaimRef got reset for pv "${name}"` };
  return isFullyBound(claim) ? 'done' : 'pending';
}

function checkProvision(
  { before, after }: Update<PersistentVolumeClaim>,
  node: Node,
  objects: ObjectTable,
): BindingProgress {
  const { namespace = 'default', name } = after.metadata;
  const claim = objects.get('PersistentVolumeClaim', namespace, name);
  if (claim === undefined) return missing('failed to check provisioning pvc', 'PersistentVolumeClaim', name);
  if (claim === before) return 'pending';
  // A provisioner that cannot do it takes the annotation away again.
  if (claim.metadata.annotations[selectedNodeAnnotation] !== node.metadata.name) {
    return { error: `provisioning failed for PVC "${name}"` };
  }
  const { volumeName } = claim.spec;
  if (volumeName === '') return 'pending';
  const volume = objects.get('PersistentVolume', '', volumeName);
  if (volume === undefined) return 'pending';
  if (!isReachable(volumeAffinity(volume), node.metadata.labels)) return unreachable(volumeName, node);
  return isFullyBound(claim) ? 'done' : 'pending';
}

function missing(what: string, kind: string, name: string): BindingProgress {
  return { error: `${what}: could not find v1.${kind} "${name}"` };
}

function unreachable(volumeName: string, { metadata }: Node): BindingProgress {
  return {
    error: `pv "${volumeName}" node affinity doesn't match node "${metadata.name}": no matching NodeSelectorTerms`,
  };
}
