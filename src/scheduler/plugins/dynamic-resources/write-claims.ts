/**
 * Tells the API server of allocations and reservations.
 * Source: dynamicresources.go (PreBind, bindClaim, Unreserve, PostFilter), extendeddynamicresources.go.
 */
import type { Pod, ResourceClaim } from '../../../api/objects.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import type { SchedulerClient } from '../../framework/plugin.ts';
import { extendedClaimPrefix, isInMemory } from './extended-claim.ts';
import type { Allocation, PodAllocations } from './pod-allocations.ts';
import { isReservedFor, withoutReservation, withReservation } from './pod-resource-claims.ts';
import { fullNameOf } from './prepared-request.ts';

/** Keeps a claim that is in use from being deleted. */
const finalizer = 'resource.kubernetes.io/delete-protection';

/** Writes what was decided, claim by claim. Returns why one could not be written. */
export function bindClaims(
  allocations: PodAllocations,
  pod: Pod,
  objects: ObjectTable,
  client: SchedulerClient,
): string | undefined {
  for (const [place, claim] of allocations.claims.entries()) {
    if (isReservedFor(pod, claim)) continue;
    if (isInMemory(claim)) {
      const problem = bindExtendedClaim(allocations, place, pod, client);
      if (problem !== undefined) return problem;
      continue;
    }
    const { namespace = 'default', name } = claim.metadata;
    const current = objects.get('ResourceClaim', namespace, name);
    const written = bindClaim(claim, current, allocations.decided[place], pod, client);
    if (typeof written === 'string') return written;
    allocations.claims[place] = written;
  }
  return undefined;
}

/** The pod's status says which claim it was, so that it is found when the pod goes. */
function bindExtendedClaim(
  allocations: PodAllocations,
  place: number,
  pod: Pod,
  client: SchedulerClient,
): string | undefined {
  const { share, claims, decided } = allocations;
  // The node has it all from device plugins.
  if (share === undefined) return undefined;
  if (client.createResourceClaim === undefined || client.reportExtendedResourceClaim === undefined) {
    return 'the client cannot create resource claims';
  }
  const made = client.createResourceClaim(claims[place] as ResourceClaim, extendedClaimPrefix(pod));
  allocations.made(place, made);
  const written = bindClaim(made, made, decided[place], pod, client);
  if (typeof written === 'string') return written;
  claims[place] = written;
  client.reportExtendedResourceClaim(pod, {
    requestMappings: share.mappings,
    resourceClaimName: written.metadata.name,
  });
  return undefined;
}

/** The claim as it was written; or why it could not be. @param current as the API server has it */
function bindClaim(
  claim: ResourceClaim,
  current: ResourceClaim | undefined,
  allocation: Allocation | undefined,
  pod: Pod,
  client: SchedulerClient,
): ResourceClaim | string {
  const name = fullNameOf(claim);
  if (client.updateResourceClaim === undefined) return 'the client cannot update resource claims';
  if (current === undefined) return `add reservation to claim ${name}: could not find ResourceClaim "${name}"`;
  if (current.metadata.deletionTimestamp !== undefined) return `claim ${name} got deleted in the meantime`;
  if (allocation !== undefined && current.status.allocation !== undefined) {
    return `claim ${name} got allocated elsewhere in the meantime`;
  }
  const written = withReservation(allocation === undefined ? current : withAllocation(current, allocation), pod);
  if (written.status.allocation === undefined) return `claim ${name} got deallocated elsewhere in the meantime`;
  client.updateResourceClaim(written);
  return written;
}

function withAllocation(claim: ResourceClaim, allocation: Allocation): ResourceClaim {
  const finalizers = claim.metadata.finalizers ?? [];
  return {
    ...claim,
    metadata: {
      ...claim.metadata,
      finalizers: finalizers.includes(finalizer) ? finalizers : [...finalizers, finalizer],
    },
    status: { ...claim.status, allocation },
  };
}

/** Takes the pod's reservations back; devices stay the claims'. A claim that was made for the pod goes altogether. */
export function unreserveClaims(
  { claims, extended }: PodAllocations,
  pod: Pod,
  objects: ObjectTable,
  client: SchedulerClient,
): void {
  for (const [place, claim] of claims.entries()) {
    if (extended !== undefined && place === claims.length - 1) {
      if (!isInMemory(claim)) client.deleteResourceClaim?.(claim);
    } else if (isReservedFor(pod, claim)) unreserveClaim(claim, pod, objects, client);
  }
}

function unreserveClaim(claim: ResourceClaim, pod: Pod, objects: ObjectTable, client: SchedulerClient): void {
  const current = objects.get('ResourceClaim', claim.metadata.namespace ?? 'default', claim.metadata.name);
  if (current?.status.allocation === undefined || !isReservedFor(pod, current)) return;
  client.updateResourceClaim?.(withoutReservation(current, pod));
}

/** Nobody but this pod, if anyone, has the claim reserved. */
export function canDeallocate({ status: { reservedFor } }: ResourceClaim, podUid: string): boolean {
  const [consumer, ...others] = reservedFor;
  return consumer === undefined || (others.length === 0 && consumer.uid === podUid);
}

export function deallocated(claim: ResourceClaim): ResourceClaim {
  return { ...claim, status: { reservedFor: [] } };
}
