/** Tells the API server of allocations and reservations. Source: dynamicresources.go (bindClaim, Unreserve, PostFilter). */
import type { Pod, ResourceClaim } from '../../../api/objects.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import type { SchedulerClient } from '../../framework/plugin.ts';
import type { Allocation } from './pod-allocations.ts';
import { isReservedFor, withoutReservation, withReservation } from './pod-resource-claims.ts';
import { fullNameOf } from './prepared-request.ts';

/** Keeps a claim that is in use from being deleted. */
const finalizer = 'resource.kubernetes.io/delete-protection';

/** The claim as it was written; or why it could not be. */
export function bindClaim(
  claim: ResourceClaim,
  allocation: Allocation | undefined,
  pod: Pod,
  objects: ObjectTable,
  client: SchedulerClient,
): ResourceClaim | string {
  const name = fullNameOf(claim);
  if (client.updateResourceClaim === undefined) return 'the client cannot update resource claims';
  const current = objects.get('ResourceClaim', claim.metadata.namespace ?? 'default', claim.metadata.name);
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

/** Takes a pod's reservation back; its devices stay the claim's. */
export function unreserveClaim(claim: ResourceClaim, pod: Pod, objects: ObjectTable, client: SchedulerClient): void {
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
