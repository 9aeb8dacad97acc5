/** A pod's claims, sorted by what is to be done about them. Source: volumebinding/binder.go, GetPodVolumeClaims. */
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../api/objects.ts';
import { compareQuantities } from '../../../api/quantity.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import { ClaimDemand } from '../volumes/claim-demand.ts';
import {
  type ClaimVolume,
  classOfClaim,
  isBoundTo,
  isFullyBound,
  namespaceOf,
  notFound,
  ownershipProblem,
} from '../volumes/claims.ts';
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

/** A claim that looks for a volume. */
export class DelayedClaim {
  readonly claim: PersistentVolumeClaim;
  readonly className: string;
  readonly demand: ClaimDemand;
  /** Volumes that are kept for it and would do. */
  readonly kept: readonly PersistentVolume[];

  constructor(claim: PersistentVolumeClaim, key: string, table: VolumeTable) {
    this.claim = claim;
    this.className = classOfClaim(claim);
    const demand = new ClaimDemand(claim);
    this.demand = demand;
    this.kept = (table.ofClass(this.className)?.keptFor(key) ?? [])
      .filter(
        ({ volume, storage }) =>
          compareQuantities(storage, demand.storage) >= 0 &&
          isBoundTo(volume, claim) &&
          demand.isAlike(volume) &&
          volume.metadata.deletionTimestamp === undefined,
      )
      .map(({ volume }) => volume);
  }
}

/** The smallest first. */
export function bySize(claims: readonly DelayedClaim[]): DelayedClaim[] {
  return claims.length < 2
    ? [...claims]
    : [...claims].sort((a, b) => compareQuantities(a.demand.storage, b.demand.storage));
}
