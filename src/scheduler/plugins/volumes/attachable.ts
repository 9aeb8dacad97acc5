/** Which attachable volumes a pod has. Source: kube-scheduler nodevolumelimits/csi.go, filterAttachableVolumes. */
import type { PersistentVolumeClaim, Pod, VolumeSource } from '../../../api/objects.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import { claimNameOf, classOfClaim, namespaceOf, ownershipProblem } from './claims.ts';
import { driverOfPlugin, isInlineMigratable, translateInline, translateVolume } from './in-tree.ts';

export interface AttachableVolume {
  readonly driver: string;
  /** Driver and handle: two pods with the same one share one attachment. */
  readonly key: string;
  /** Of a migrated in-tree volume: it counts only on nodes that have moved this plugin to its driver. */
  readonly plugin?: string;
}

export type Attachables =
  | { readonly kind: 'volumes'; readonly volumes: readonly AttachableVolume[] }
  | { readonly kind: 'missing-claim'; readonly claimName: string }
  | { readonly kind: 'broken'; readonly reason: string };

const nothing: Attachables = { kind: 'volumes', volumes: [] };

/** Handles of volumes that are still to be made; no driver's own can look so. */
const pendingPrefix = '\u0000pending';

export function mayAttach(source: VolumeSource): boolean {
  return source.kind === 'persistentVolumeClaim' || source.kind === 'ephemeral' || isInlineMigratable(source);
}

/** @param isNew a pod that is to be placed needs its claims; for one that runs, a claim that is gone does not count */
export function attachablesOf(pod: Pod, objects: ObjectTable, isNew: boolean): Attachables {
  if (pod.spec.volumes.length === 0) return nothing;
  const found = new Map<string, AttachableVolume>();
  for (const volume of pod.spec.volumes) {
    const claimName = claimNameOf(pod, volume);
    if (claimName === undefined) {
      const inline = translateInline(volume.source);
      if (inline !== undefined) addTo(found, inline.driver, inline.handle, inline.plugin);
      continue;
    }
    if (claimName === '') return { kind: 'broken', reason: 'PersistentVolumeClaim had no name' };
    const claim = objects.get('PersistentVolumeClaim', namespaceOf(pod), claimName);
    if (claim === undefined) {
      if (isNew) return { kind: 'missing-claim', claimName };
      continue;
    }
    if (volume.source.kind === 'ephemeral') {
      const reason = ownershipProblem(pod, claim);
      if (reason !== undefined) return { kind: 'broken', reason };
    }
    addClaim(found, claim, objects);
  }
  return found.size === 0 ? nothing : { kind: 'volumes', volumes: [...found.values()] };
}

function addClaim(found: Map<string, AttachableVolume>, claim: PersistentVolumeClaim, objects: ObjectTable): void {
  const { volumeName } = claim.spec;
  const volume = volumeName === '' ? undefined : objects.get('PersistentVolume', '', volumeName);
  if (volume === undefined) {
    addPending(found, claim, objects);
    return;
  }
  const { source } = volume.spec;
  if (source.kind === 'csi') addTo(found, source.driver, source.volumeHandle);
  else {
    const translated = translateVolume(volume);
    if (translated !== undefined) addTo(found, translated.driver, translated.handle, translated.plugin);
  }
}

/** A volume that its class's provisioner is still to make; without a class it is bound before scheduling. */
function addPending(found: Map<string, AttachableVolume>, claim: PersistentVolumeClaim, objects: ObjectTable): void {
  const className = classOfClaim(claim);
  const provisioner = className === '' ? undefined : objects.get('StorageClass', '', className)?.provisioner;
  if (provisioner === undefined) return;
  const handle = `${pendingPrefix}-${claim.metadata.namespace}/${claim.metadata.name}`;
  const driver = driverOfPlugin(provisioner);
  if (driver === undefined) addTo(found, provisioner, handle);
  else addTo(found, driver, handle, provisioner);
}

function addTo(found: Map<string, AttachableVolume>, driver: string, handle: string, plugin?: string): void {
  if (driver === '' || handle === '') return;
  const key = attachmentKey(driver, handle);
  found.set(key, plugin === undefined ? { driver, key } : { driver, key, plugin });
}

export function attachmentKey(driver: string, handle: string): string {
  return `${driver}/${handle}`;
}
