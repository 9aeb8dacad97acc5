/** Which ResourceClaims are a pod's. Source: dynamic-resource-allocation resourceclaim (Name, IsForPod, CanBeReserved). */
import type { Pod, PodResourceClaim, ResourceClaim } from '../../../api/objects.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import { podKey } from '../../cluster/pod-info.ts';
import { namespaceOf } from '../volumes/claims.ts';

/** Pods that one claim can be reserved for. */
const maxReservations = 256;

const none: readonly ResourceClaim[] = [];

/** All of the pod's claims, or why they cannot be used yet. */
export function podResourceClaims(pod: Pod, objects: ObjectTable): readonly ResourceClaim[] | string {
  if (pod.spec.resourceClaims.length === 0) return none;
  const claims: ResourceClaim[] = [];
  for (const podClaim of pod.spec.resourceClaims) {
    const found = claimName(pod, podClaim);
    if (typeof found === 'string') return found;
    if (found.name === undefined) continue;
    const claim = objects.get('ResourceClaim', namespaceOf(pod), found.name);
    if (claim === undefined) return `could not find ResourceClaim "${namespaceOf(pod)}/${found.name}"`;
    if (claim.metadata.deletionTimestamp !== undefined)
      return `resourceclaim "${claim.metadata.name}" is being deleted`;
    if (found.isGenerated && !isOwnedBy(claim, pod)) {
      return `ResourceClaim was not created for pod ${namespaceOf(pod)}/${pod.metadata.name} (pod is not owner)`;
    }
    claims.push(claim);
  }
  return claims;
}

interface FoundName {
  /** Absent: none was needed. */
  readonly name: string | undefined;
  readonly isGenerated: boolean;
}

/** A claim of a template has its name from the controller that makes it, by way of the pod's status. */
function claimName(
  pod: Pod,
  { name, resourceClaimName, resourceClaimTemplateName }: PodResourceClaim,
): FoundName | string {
  if (resourceClaimName !== undefined) return { name: resourceClaimName, isGenerated: false };
  const where = `pod "${namespaceOf(pod)}/${pod.metadata.name}"`;
  if (resourceClaimTemplateName === undefined) {
    return `${where}, spec.resourceClaim "${name}": none of the supported fields are set`;
  }
  const status = pod.status.resourceClaimStatuses?.find((one) => one.name === name);
  if (status === undefined) return `${where}: ResourceClaim not created yet`;
  return { name: status.resourceClaimName, isGenerated: true };
}

function isOwnedBy({ metadata }: ResourceClaim, pod: Pod): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner?.uid !== undefined && owner.uid === podKey(pod);
}

export function canBeReserved({ status }: ResourceClaim): boolean {
  return status.allocation !== undefined && status.reservedFor.length < maxReservations;
}

export function isReservedFor(pod: Pod, { status }: ResourceClaim): boolean {
  const uid = podKey(pod);
  return status.reservedFor.some((consumer) => consumer.uid === uid);
}

export function withReservation(claim: ResourceClaim, pod: Pod): ResourceClaim {
  const consumer = { resource: 'pods', name: pod.metadata.name, uid: podKey(pod) };
  return { ...claim, status: { ...claim.status, reservedFor: [...claim.status.reservedFor, consumer] } };
}

export function withoutReservation(claim: ResourceClaim, pod: Pod): ResourceClaim {
  const uid = podKey(pod);
  const reservedFor = claim.status.reservedFor.filter((consumer) => consumer.uid !== uid);
  return { ...claim, status: { ...claim.status, reservedFor } };
}
