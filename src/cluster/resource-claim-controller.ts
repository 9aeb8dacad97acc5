/**
 * Makes the ResourceClaims that pods ask for by a template, and takes back from pods that have ended or are gone what
 * they had: claims of their own altogether, from others the reservation. Answers at once.
 * Sources: kubernetes pkg/controller/resourceclaim; the garbage collector, for what becomes of owned claims.
 */
import type { Pod, PodResourceClaim, ResourceClaim } from '../api/objects.ts';
import { owningPod, podClaimAnnotation, podIdentity, releasedClaim, templateClaim } from '../api/owned-claims.ts';
import type { MemoryCluster, ObjectChange } from './memory-cluster.ts';

export class ResourceClaimController {
  readonly #cluster: MemoryCluster;
  /** Pods whose template is not there yet, by the template's `namespace/name`. */
  readonly #waiting = new Map<string, Set<string>>();
  /** Names of claims that were made for a pod, by whose and which they are: its status may not say so yet. */
  readonly #orphans = new Map<string, string>();
  #made = 0;

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
    cluster.watch((change) => this.#changed(change));
  }

  #changed({ before, after }: ObjectChange): void {
    if (before?.kind === 'Pod' && hasClaims(before)) {
      const isSame = after?.kind === 'Pod' && podIdentity(after) === podIdentity(before);
      if (!isSame || (isDone(after) && !isDone(before))) this.#podDone(before);
    }
    if (after?.kind === 'Pod' && after.spec.resourceClaims.length > 0) {
      if (before === undefined) this.#podMade(after);
    } else if (after?.kind === 'ResourceClaim') {
      if (before === undefined) this.#claimMade(after);
    } else if (before?.kind === 'ResourceClaim') {
      const key = orphanKeyOf(before);
      if (key !== undefined && this.#orphans.get(key) === before.metadata.name) this.#orphans.delete(key);
    } else if (after?.kind === 'ResourceClaimTemplate') {
      this.#templateMade(after.metadata.namespace ?? 'default', after.metadata.name);
    }
  }

  #podMade(pod: Pod): void {
    if (isDone(pod) || pod.metadata.deletionTimestamp !== undefined) return;
    const known = pod.status.resourceClaimStatuses ?? [];
    const made = pod.spec.resourceClaims.flatMap((podClaim) => {
      const name = this.#nameFor(pod, podClaim);
      return name === undefined ? [] : [{ name: podClaim.name, resourceClaimName: name }];
    });
    if (made.length === 0) return;
    const current = this.#cluster.get('Pod', pod.metadata.namespace ?? 'default', pod.metadata.name) ?? pod;
    const others = known.filter(({ name }) => made.every((one) => one.name !== name));
    this.#cluster.put({ ...current, status: { ...current.status, resourceClaimStatuses: [...others, ...made] } });
  }

  /** The claim that the pod lacks in its status; undefined where there is nothing to do, or no template. */
  #nameFor(pod: Pod, { name: podClaim, resourceClaimTemplateName }: PodResourceClaim): string | undefined {
    if (resourceClaimTemplateName === undefined) return undefined;
    const { namespace = 'default', name: podName } = pod.metadata;
    const status = pod.status.resourceClaimStatuses?.find(({ name }) => name === podClaim);
    // A status without a name says that none was needed.
    if (status !== undefined && status.resourceClaimName === undefined) return undefined;
    const known = this.#cluster.get('ResourceClaim', namespace, status?.resourceClaimName ?? '');
    if (known !== undefined) return undefined;
    const orphan = this.#orphans.get(orphanKey(podIdentity(pod), podClaim));
    if (orphan !== undefined) return orphan;
    const template = this.#cluster.get('ResourceClaimTemplate', namespace, resourceClaimTemplateName);
    if (template === undefined) {
      const key = `${namespace}/${resourceClaimTemplateName}`;
      this.#waiting.set(key, (this.#waiting.get(key) ?? new Set<string>()).add(podName));
      return undefined;
    }
    const name = this.#freeName(namespace, `${podName}-${podClaim}-`);
    this.#cluster.put(templateClaim(pod, podClaim, template, { name }));
    return name;
  }

  /** Five characters after the prefix, as the API server has it, but in order instead of at random. */
  #freeName(namespace: string, prefix: string): string {
    for (;;) {
      this.#made += 1;
      const name = `${prefix}${this.#made.toString(36).padStart(5, '0')}`;
      if (this.#cluster.get('ResourceClaim', namespace, name) === undefined) return name;
    }
  }

  #claimMade(claim: ResourceClaim): void {
    const key = orphanKeyOf(claim);
    if (key !== undefined && !this.#orphans.has(key)) this.#orphans.set(key, claim.metadata.name);
  }

  #templateMade(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const podName of waiting) {
      const pod = this.#cluster.get('Pod', namespace, podName);
      if (pod !== undefined) this.#podMade(pod);
    }
  }

  #podDone(pod: Pod): void {
    const { namespace = 'default' } = pod.metadata;
    const names = [
      ...pod.spec.resourceClaims.map(({ resourceClaimName }) => resourceClaimName),
      ...(pod.status.resourceClaimStatuses ?? []).map(({ resourceClaimName }) => resourceClaimName),
      pod.status.extendedResourceClaimStatus?.resourceClaimName,
    ];
    for (const name of names) {
      const claim = name === undefined ? undefined : this.#cluster.get('ResourceClaim', namespace, name);
      if (claim === undefined || name === undefined) continue;
      if (owningPod(claim) === podIdentity(pod)) {
        this.#cluster.delete('ResourceClaim', namespace, name);
        continue;
      }
      const released = releasedClaim(claim, pod);
      if (released !== undefined) this.#cluster.put(released);
    }
  }
}

function orphanKeyOf(claim: ResourceClaim): string | undefined {
  const owner = owningPod(claim);
  const podClaim = claim.metadata.annotations[podClaimAnnotation];
  return owner === undefined || podClaim === undefined ? undefined : orphanKey(owner, podClaim);
}

function orphanKey(owner: string, podClaim: string): string {
  return `${podClaim} ${owner}`;
}

function hasClaims({ spec, status }: Pod): boolean {
  return spec.resourceClaims.length > 0 || status.extendedResourceClaimStatus !== undefined;
}

/** None of its containers runs any more, or ever will. */
function isDone({ status, metadata, spec }: Pod): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return true;
  return metadata.deletionTimestamp !== undefined && spec.nodeName === '';
}
