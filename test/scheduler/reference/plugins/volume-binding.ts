/** Volumes must be reachable from the node, or be had there. Scores need the gate StorageCapacityScoring, which is off. */
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../../../src/api/objects.ts';
import {
  claimNotFound,
  claimVolumesOf,
  classOfClaim,
  classOfVolume,
  findClaim,
  isFullyBound,
  whyNotForPod,
} from '../claims.ts';
import { findObject, objectsOf, type ReferenceCluster } from '../cluster.ts';
import { selectorOf } from '../labels.ts';
import { matchesNodeSelector } from '../node-selectors.ts';
import { type ReferencePlugin, rejected, skip, success, unresolvable } from '../plugin.ts';
import { milliOf, unitsOf } from '../quantity.ts';

export const volumeBinding: ReferencePlugin = {
  name: 'VolumeBinding',

  preFilter({ cluster, pod }) {
    const volumes = claimVolumesOf(pod);
    if (volumes.length === 0) return skip;
    for (const { claimName, isEphemeral } of volumes) {
      const problem = whyUnusable(cluster, pod, claimName, isEphemeral);
      if (problem !== undefined) return rejected(unresolvable(problem));
    }
    const mustBeBound = claimsOf(cluster, pod).filter((claim) => !isFullyBound(claim) && !canWait(cluster, claim));
    if (mustBeBound.length === 0) return success;
    return rejected(unresolvable('pod has unbound immediate PersistentVolumeClaims'));
  },

  filter({ cluster, pod }, { node }) {
    const claims = claimsOf(cluster, pod);
    const bound = checkBound(cluster, claims.filter(isFullyBound), node);
    const unbound = checkUnbound(
      cluster,
      claims.filter((claim) => !isFullyBound(claim)),
      node,
    );
    const reasons = [
      ...(bound === 'unreachable' ? ["node(s) didn't match PersistentVolume's node affinity"] : []),
      ...(unbound === 'no volume' ? ["node(s) didn't find available persistent volumes to bind"] : []),
      ...(unbound === 'no capacity' ? ['node(s) did not have enough free storage'] : []),
      ...(bound === 'gone' ? ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'] : []),
    ];
    return reasons.length === 0 ? undefined : unresolvable(...reasons);
  },
};

function whyUnusable(cluster: ReferenceCluster, pod: Pod, name: string, isEphemeral: boolean): string | undefined {
  const claim = findClaim(cluster, pod, name);
  if (claim === undefined) {
    if (!isEphemeral) return claimNotFound(name);
    return `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`;
  }
  if (claim.status.phase === 'Lost') {
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`;
  }
  if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`;
  return isEphemeral ? whyNotForPod(pod, claim) : undefined;
}

/** One for each volume, so a claim that is named twice comes twice. */
function claimsOf(cluster: ReferenceCluster, pod: Pod): PersistentVolumeClaim[] {
  return claimVolumesOf(pod).flatMap(({ claimName }) => findClaim(cluster, pod, claimName) ?? []);
}

/** Bound only when a pod that uses it is placed. One that has been given a volume beforehand is not waited for. */
function canWait(cluster: ReferenceCluster, claim: PersistentVolumeClaim): boolean {
  const storageClass = findObject(cluster, 'StorageClass', '', classOfClaim(claim));
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && claim.spec.volumeName === '';
}

/** The first claim with a problem decides. */
function checkBound(
  cluster: ReferenceCluster,
  claims: readonly PersistentVolumeClaim[],
  node: Node,
): 'fine' | 'unreachable' | 'gone' {
  for (const claim of claims) {
    const volume = findObject(cluster, 'PersistentVolume', '', claim.spec.volumeName);
    if (volume === undefined) return 'gone';
    if (!isReachable(volume, node)) return 'unreachable';
  }
  return 'fine';
}

function isReachable({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec.nodeAffinity?.required;
  return required === undefined || matchesNodeSelector(required, { name: '', labels: node.metadata.labels });
}

type Outcome = 'fine' | 'no volume' | 'no capacity';

/** Volumes that exist come first, the smallest claims before the others; what is left must be provisioned. */
function checkUnbound(cluster: ReferenceCluster, claims: readonly PersistentVolumeClaim[], node: Node): Outcome {
  const selected = claims.filter((claim) => selectedNodeOf(claim) !== undefined);
  if (selected.some((claim) => selectedNodeOf(claim) !== node.metadata.name)) return 'no volume';
  const bySize = claims.filter((claim) => selectedNodeOf(claim) === undefined).sort(compareSizes);
  const taken: PersistentVolume[] = [];
  const toProvision = [...selected];
  for (const claim of bySize) {
    const volume = matchingVolume(cluster, claim, node, taken);
    if (volume === undefined) toProvision.push(claim);
    else taken.push(volume);
  }
  for (const claim of toProvision) {
    const outcome = checkProvisioning(cluster, claim, node);
    if (outcome !== 'fine') return outcome;
  }
  return 'fine';
}

const selectedNodeOf = ({ metadata }: PersistentVolumeClaim): string | undefined =>
  metadata.annotations['volume.kubernetes.io/selected-node'];

const sizeOf = ({ spec }: PersistentVolumeClaim): bigint => milliOf(spec.resources.requests.storage ?? '0');
const capacityOf = ({ spec }: PersistentVolume): bigint => milliOf(spec.capacity.storage ?? '0');

function compareSizes(left: PersistentVolumeClaim, right: PersistentVolumeClaim): number {
  return Number(sizeOf(left) > sizeOf(right)) - Number(sizeOf(left) < sizeOf(right));
}

/** A volume that was set aside for the claim, wherever it is; otherwise the smallest that will do. */
function matchingVolume(
  cluster: ReferenceCluster,
  claim: PersistentVolumeClaim,
  node: Node,
  taken: readonly PersistentVolume[],
): PersistentVolume | undefined {
  const candidates = objectsOf(cluster, 'PersistentVolume')
    .filter((volume) => classOfVolume(volume) === classOfClaim(claim))
    .filter((volume) => !taken.includes(volume) && suits(volume, claim));
  const reserved = candidates.find(({ spec }) => spec.claimRef !== undefined);
  if (reserved !== undefined) return isReachable(reserved, node) ? reserved : undefined;
  return candidates
    .filter((volume) => isFree(volume, claim) && isReachable(volume, node))
    .reduce<PersistentVolume | undefined>(
      (best, volume) => (best === undefined || capacityOf(volume) < capacityOf(best) ? volume : best),
      undefined,
    );
}

/** What even a reserved volume must meet. */
function suits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { claimRef } = volume.spec;
  if (claimRef !== undefined && !isFor(claimRef, claim)) return false;
  return (
    capacityOf(volume) >= sizeOf(claim) &&
    volume.spec.volumeMode === claim.spec.volumeMode &&
    (volume.spec.volumeAttributesClassName ?? '') === (claim.spec.volumeAttributesClassName ?? '') &&
    volume.metadata.deletionTimestamp === undefined
  );
}

type ClaimRef = NonNullable<PersistentVolume['spec']['claimRef']>;

function isFor({ namespace, name, uid }: ClaimRef, { metadata }: PersistentVolumeClaim): boolean {
  if (name !== metadata.name || namespace !== metadata.namespace) return false;
  return uid === undefined || uid === '' || uid === metadata.uid;
}

function isFree(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if (volume.status.phase !== 'Available') return false;
  if (claim.spec.selector !== undefined && !selectorOf(claim.spec.selector).matches(volume.metadata.labels))
    return false;
  return claim.spec.accessModes.every((mode) => volume.spec.accessModes.includes(mode));
}

function checkProvisioning(cluster: ReferenceCluster, claim: PersistentVolumeClaim, node: Node): Outcome {
  const storageClass = findObject(cluster, 'StorageClass', '', classOfClaim(claim));
  const provisioner = storageClass?.provisioner ?? '';
  if (storageClass === undefined || provisioner === '' || provisioner === 'kubernetes.io/no-provisioner') {
    return 'no volume';
  }
  if (!isAllowedTopology(storageClass, node)) return 'no volume';
  return hasCapacity(cluster, storageClass, claim, node) ? 'fine' : 'no capacity';
}

/** Any of the terms; a term that says nothing allows nothing, no term at all allows everything. */
function isAllowedTopology({ allowedTopologies }: StorageClass, node: Node): boolean {
  if (allowedTopologies.length === 0) return true;
  const has = (key: string, values: readonly string[]): boolean => {
    const value = node.metadata.labels[key];
    return value !== undefined && values.includes(value);
  };
  return allowedTopologies.some(
    ({ matchLabelExpressions }) =>
      matchLabelExpressions.length > 0 && matchLabelExpressions.every(({ key, values }) => has(key, values)),
  );
}

/** Asked only of drivers that say how much they have. */
function hasCapacity(
  cluster: ReferenceCluster,
  { metadata, provisioner }: StorageClass,
  claim: PersistentVolumeClaim,
  node: Node,
): boolean {
  const size = claim.spec.resources.requests.storage;
  const driver = findObject(cluster, 'CSIDriver', '', provisioner);
  if (size === undefined || driver?.spec.storageCapacity !== true) return true;
  return objectsOf(cluster, 'CSIStorageCapacity').some(
    ({ storageClassName, nodeTopology, capacity, maximumVolumeSize }) => {
      const limit = maximumVolumeSize ?? capacity;
      const isThere = selectorOf(nodeTopology).matches(node.metadata.labels);
      return storageClassName === metadata.name && isThere && limit !== undefined && unitsOf(limit) >= unitsOf(size);
    },
  );
}
