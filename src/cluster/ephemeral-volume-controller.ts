/**
 * Makes the claims of generic ephemeral volumes, `POD-VOLUME`, which go with their pod. A claim of that name that is
 * someone else's is left alone: the scheduler says what it makes of it. Answers at once.
 * Sources: kubernetes pkg/controller/volume/ephemeral; the garbage collector, for what becomes of owned claims.
 */
import { defaultStorageClass, withStorageClass } from '../api/admission.ts';
import type { PersistentVolumeClaim, Pod } from '../api/objects.ts';
import { ephemeralClaim, owningPod, podIdentity } from '../api/owned-claims.ts';
import type { MemoryCluster, ObjectChange } from './memory-cluster.ts';

export class EphemeralVolumeController {
  readonly #cluster: MemoryCluster;

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
    cluster.watch((change) => this.#changed(change));
  }

  #changed({ before, after }: ObjectChange): void {
    if (before?.kind === 'Pod' && (after?.kind !== 'Pod' || podIdentity(after) !== podIdentity(before))) {
      this.#podGone(before);
    }
    if (after?.kind === 'Pod' && before === undefined) this.#podMade(after);
    if (before?.kind === 'PersistentVolumeClaim' && after === undefined) this.#claimGone(before);
  }

  #podMade(pod: Pod): void {
    if (pod.metadata.deletionTimestamp !== undefined) return;
    for (const claim of claimsOf(pod)) {
      if (this.#current(claim) !== undefined) continue;
      const className = defaultStorageClass(this.#cluster.list('StorageClass'));
      this.#cluster.put(withStorageClass(claim, className));
    }
  }

  #podGone(pod: Pod): void {
    for (const { metadata } of claimsOf(pod)) {
      const namespace = metadata.namespace ?? 'default';
      const claim = this.#cluster.get('PersistentVolumeClaim', namespace, metadata.name);
      if (claim === undefined || owningPod(claim) !== podIdentity(pod)) continue;
      this.#cluster.delete('PersistentVolumeClaim', namespace, metadata.name);
    }
  }

  /** It may have stood in the way of a pod's own. */
  #claimGone({ metadata }: PersistentVolumeClaim): void {
    const { namespace = 'default', name } = metadata;
    for (let end = name.lastIndexOf('-'); end > 0; end = name.lastIndexOf('-', end - 1)) {
      const pod = this.#cluster.get('Pod', namespace, name.slice(0, end));
      if (pod !== undefined) this.#podMade(pod);
    }
  }

  #current({ metadata }: PersistentVolumeClaim): PersistentVolumeClaim | undefined {
    return this.#cluster.get('PersistentVolumeClaim', metadata.namespace ?? 'default', metadata.name);
  }
}

function claimsOf(pod: Pod): PersistentVolumeClaim[] {
  return pod.spec.volumes.flatMap((volume) => ephemeralClaim(pod, volume) ?? []);
}
