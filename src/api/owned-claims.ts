/**
 * The claims that belong to a pod: made for it from templates, gone with it. Pure.
 * Sources: kubernetes pkg/controller/volume/ephemeral, pkg/controller/resourceclaim.
 */
import type {
  OwnerReference,
  PersistentVolumeClaim,
  Pod,
  ResourceClaim,
  ResourceClaimTemplate,
  Volume,
} from './objects.ts';

/** Says for which of a pod's claims a ResourceClaim was made. */
export const podClaimAnnotation = 'resource.kubernetes.io/pod-claim-name';

/** What the pod is known by to what it owns: objects from files may have no uid. */
export function podIdentity({ metadata }: Pod): string {
  return metadata.uid ?? `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function ownedBy(pod: Pod): readonly OwnerReference[] {
  return [{ apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: podIdentity(pod), controller: true }];
}

/** The identity of the pod that the object was made for; undefined for one that is nobody's. */
export function owningPod({ metadata }: PersistentVolumeClaim | ResourceClaim): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner?.kind === 'Pod' ? owner.uid : undefined;
}

/** The claim of a generic ephemeral volume; undefined for a volume of another kind. */
export function ephemeralClaim(pod: Pod, { name, source }: Volume): PersistentVolumeClaim | undefined {
  if (source.kind !== 'ephemeral') return undefined;
  const { metadata } = pod;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: `${metadata.name}-${name}`,
      namespace: metadata.namespace ?? 'default',
      labels: source.labels,
      annotations: {},
      ownerReferences: ownedBy(pod),
    },
    spec: source.template,
    status: { phase: 'Pending' },
  };
}

/**
 * The ResourceClaim for one of the pod's claims that names a template.
 * @param podClaim its name in the pod
 */
export function templateClaim(
  pod: Pod,
  podClaim: string,
  template: ResourceClaimTemplate,
  identity: { readonly name: string; readonly uid?: string },
): ResourceClaim {
  return {
    apiVersion: template.apiVersion,
    kind: 'ResourceClaim',
    metadata: {
      ...identity,
      namespace: pod.metadata.namespace ?? 'default',
      labels: {},
      annotations: { [podClaimAnnotation]: podClaim },
      ownerReferences: ownedBy(pod),
    },
    spec: template.spec.spec,
    status: { reservedFor: [] },
  };
}

/** The claim without its reservation for the pod, and without its devices once nobody has it; undefined: nothing changes. */
export function releasedClaim(claim: ResourceClaim, pod: Pod): ResourceClaim | undefined {
  const uid = podIdentity(pod);
  const reservedFor = claim.status.reservedFor.filter((consumer) => consumer.uid !== uid);
  if (reservedFor.length === claim.status.reservedFor.length) return undefined;
  return { ...claim, status: reservedFor.length === 0 ? { reservedFor } : { ...claim.status, reservedFor } };
}
