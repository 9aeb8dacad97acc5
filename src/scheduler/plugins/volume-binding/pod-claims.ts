/** A pod's claims, sorted by what is to be done about them. Source: volumebinding/binder.go, GetPodVolumeClaims. */
import type { CompiledSelector } from '../../../api/label-selectors.ts';
import { compileLabelSelector } from '../../../api/label-selectors.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../api/objects.ts';
import { compareQuantities } from '../../../api/quantity.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import {
  type ClaimVolume,
  classOfClaim,
  isBoundTo,
  isFullyBound,
  namespaceOf,
  notFound,
  ownershipProblem,
} from '../volumes/claims.ts';
import type { VolumeEntry, VolumeGroup } from '../volumes/volume-group.ts';
import type { VolumeTable } from '../volumes/volume-table.ts';

export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** Bound, or provisioned, where the pod goes. */
  readonly delayed: readonly DelayedClaim[];
  /** Whether one should have been bound before any pod is placed. */
  readonly hasUnboundImmediate: boolean;
}

/** Why a pod cannot be placed for what its claims look like; nothing when it can. */
export function claimProblem(pod: Pod, volumes: readonly ClaimVolume[], objects: ObjectTable): string | undefined {
  for (const { claimName, isEphemeral } of volumes) {
    const claim = objects.get('PersistentVolumeClaim', namespaceOf(pod), claimName);
    if (claim === undefined) {
      if (!isEphemeral) return notFound.claim(claimName);
      return `waiting for ephemeral volume controller to create the persistentvolumeclaim "${claimName}"`;
    }
    if (claim.status.phase === 'Lost') {
      return `persistentvolumeclaim "${claimName}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`;
    }
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${claimName}" is being deleted`;
    const problem = isEphemeral ? ownershipProblem(pod, claim) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export function podClaims(
  pod: Pod,
  volumes: readonly ClaimVolume[],
  table: VolumeTable,
  objects: ObjectTable,
): PodClaims {
  const bound: PersistentVolumeClaim[] = [];
  const delayed: DelayedClaim[] = [];
  let hasUnboundImmediate = false;
  for (const { claimName, key } of volumes) {
    const claim = table.claim(namespaceOf(pod), claimName);
    if (claim === undefined) continue;
    if (isFullyBound(claim)) bound.push(claim);
    else if (isDelayed(claim, objects)) delayed.push(new DelayedClaim(claim, key, table));
    else hasUnboundImmediate = true;
  }
  return { bound, delayed, hasUnboundImmediate };
}

/** A claim that names its volume itself is not waited with. */
function isDelayed(claim: PersistentVolumeClaim, objects: ObjectTable): boolean {
  const className = classOfClaim(claim);
  if (className === '' || claim.spec.volumeName !== '') return false;
  return objects.get('StorageClass', '', className)?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** A claim that looks for a volume, with what it has found so far: nodes that reach the same volumes share the search. */
export class DelayedClaim {
  readonly claim: PersistentVolumeClaim;
  readonly className: string;
  /** Storage that it asks for, as written. */
  readonly storage: string;
  /** Volumes that are kept for it and would do. */
  readonly kept: readonly PersistentVolume[];
  readonly #selector: CompiledSelector | undefined;
  readonly #found = new Map<VolumeGroup, VolumeEntry | undefined>();

  constructor(claim: PersistentVolumeClaim, key: string, table: VolumeTable) {
    this.claim = claim;
    this.className = classOfClaim(claim);
    this.storage = claim.spec.resources.requests.storage ?? '0';
    this.#selector = claim.spec.selector === undefined ? undefined : compileLabelSelector(claim.spec.selector);
    this.kept = (table.ofClass(this.className)?.keptFor(key) ?? [])
      .filter(({ volume, capacity }) => compareQuantities(capacity, this.storage) >= 0 && this.#mayKeep(volume))
      .map(({ volume }) => volume);
  }

  /** The smallest volume of a group that will do and is not chosen for another claim of the pod. */
  smallestOf(group: VolumeGroup, chosen: ReadonlySet<string>): VolumeEntry | undefined {
    let entry = this.#found.get(group);
    if (entry === undefined && !this.#found.has(group)) {
      entry = group.first(this.storage, (volume) => this.#willDo(volume));
      this.#found.set(group, entry);
    }
    if (entry === undefined || !chosen.has(entry.volume.metadata.name)) return entry;
    return group.first(this.storage, (volume) => !chosen.has(volume.metadata.name) && this.#willDo(volume));
  }

  #mayKeep(volume: PersistentVolume): boolean {
    return isBoundTo(volume, this.claim) && this.#isAlike(volume) && volume.metadata.deletionTimestamp === undefined;
  }

  #isAlike({ spec }: PersistentVolume): boolean {
    const { volumeMode, volumeAttributesClassName = '' } = this.claim.spec;
    return spec.volumeMode === volumeMode && (spec.volumeAttributesClassName ?? '') === volumeAttributesClassName;
  }

  #willDo(volume: PersistentVolume): boolean {
    if (!this.#isAlike(volume)) return false;
    if (this.#selector !== undefined && !this.#selector.matches(volume.metadata.labels)) return false;
    return this.claim.spec.accessModes.every((mode) => volume.spec.accessModes.includes(mode));
  }
}

/** The smallest first. */
export function bySize(claims: readonly DelayedClaim[]): DelayedClaim[] {
  return claims.length < 2 ? [...claims] : [...claims].sort((a, b) => compareQuantities(a.storage, b.storage));
}
