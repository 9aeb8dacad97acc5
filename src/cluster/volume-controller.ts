/**
 * The parts of Kubernetes that give claims their volumes: the persistent volume controller binds claims to volumes, and
 * a provisioner makes a volume where none will do, for a claim that does not wait for a pod or whose node the scheduler
 * has chosen. Both answer at once.
 * Sources: kubernetes pkg/controller/volume/persistentvolume, sig-storage-lib-external-provisioner.
 */
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../api/objects.ts';
import { classOfClaim, classOfVolume, isKeptFor, isLargeEnough, isLike } from './claim-match.ts';
import type { MemoryCluster, ObjectChange } from './memory-cluster.ts';
import { PendingClaims } from './pending-claims.ts';
import { VolumeIndex } from './volume-index.ts';

/** What VolumeBinding writes on a claim to ask for a volume near a node. */
export const selectedNode = 'volume.kubernetes.io/selected-node';
const noProvisioner = 'kubernetes.io/no-provisioner';
/** What the volume controller writes on a claim that it has finished with; the scheduler goes by it. */
const bindCompleted = 'pv.kubernetes.io/bind-completed';

export class VolumeController {
  readonly #cluster: MemoryCluster;
  readonly #volumes = new VolumeIndex();
  readonly #pending = new PendingClaims();
  readonly #provisionedNames = new Set<string>();
  #provisioned = 0;

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
    cluster.watch((change) => this.#changed(change));
  }

  /** What it is told may have been overtaken by its own answers: it goes by what the cluster has now. */
  #changed({ before, after }: ObjectChange): void {
    const object = after ?? before;
    switch (object?.kind) {
      case 'PersistentVolume':
        this.#volumeChanged(object.metadata.name);
        return;
      case 'PersistentVolumeClaim':
        if (this.#current(object) === undefined) this.#claimGone(object);
        else this.#claimChanged(object);
        return;
      case 'StorageClass':
        for (const claim of this.#pending.ofClass(object.metadata.name)) this.#claimChanged(claim);
    }
  }

  #volumeChanged(name: string): void {
    const volume = this.#cluster.get('PersistentVolume', '', name);
    if (volume === undefined) {
      this.#volumes.delete(name);
      return;
    }
    this.#volumes.set(volume);
    if (volume.status.phase !== 'Bound') this.#volumeFree(volume);
  }

  /** A volume that names its claim is for that one; any other for the first pending claim that it suits. */
  #volumeFree(volume: PersistentVolume): void {
    const { claimRef } = volume.spec;
    if (claimRef !== undefined) {
      const claim = this.#cluster.get('PersistentVolumeClaim', claimRef.namespace, claimRef.name);
      if (claim !== undefined) this.#claimChanged(claim);
      return;
    }
    for (const claim of this.#pending.wanting(volume)) {
      this.#claimChanged(claim);
      if (this.#cluster.get('PersistentVolume', '', volume.metadata.name)?.spec.claimRef !== undefined) return;
    }
  }

  #claimChanged(told: PersistentVolumeClaim): void {
    this.#pending.delete(told);
    const claim = this.#current(told);
    if (claim === undefined || isFinished(claim)) return;
    const volume = claim.spec.volumeName === '' ? this.#volumeFor(claim) : this.#namedVolume(claim);
    if (volume !== undefined) {
      this.#bind(volume, claim);
      return;
    }
    if (claim.spec.volumeName === '' && this.#provision(claim)) return;
    if (claim.spec.volumeName !== '' || !this.#isDelayed(claim)) this.#pending.add(claim);
  }

  /** A claim that asks for one volume gets it or none: it must be free, or kept for this claim. */
  #namedVolume(claim: PersistentVolumeClaim): PersistentVolume | undefined {
    const volume = this.#cluster.get('PersistentVolume', '', claim.spec.volumeName);
    if (volume === undefined || isKeptFor(volume, claim)) return volume;
    if (volume.spec.claimRef !== undefined || classOfVolume(volume) !== classOfClaim(claim)) return undefined;
    return isLike(volume, claim) && isLargeEnough(volume, claim) ? volume : undefined;
  }

  /** One that is kept for the claim, or the smallest free one; which of those a delayed claim gets, the scheduler says. */
  #volumeFor(claim: PersistentVolumeClaim): PersistentVolume | undefined {
    for (const name of this.#volumes.keptFor(claimKey(claim))) {
      const volume = this.#cluster.get('PersistentVolume', '', name);
      if (volume === undefined || !isKeptFor(volume, claim)) continue;
      if (isLike(volume, claim) && isLargeEnough(volume, claim)) return volume;
    }
    return this.#isDelayed(claim) ? undefined : this.#volumes.bestFor(claim);
  }

  /** The claim waits for its first pod. */
  #isDelayed(claim: PersistentVolumeClaim): boolean {
    return this.#classOf(claim)?.volumeBindingMode === 'WaitForFirstConsumer';
  }

  #classOf(claim: PersistentVolumeClaim): StorageClass | undefined {
    return this.#cluster.get('StorageClass', '', classOfClaim(claim));
  }

  /** Makes a volume where the claim's class can and may. */
  #provision(claim: PersistentVolumeClaim): boolean {
    const storageClass = this.#classOf(claim);
    if (storageClass === undefined || storageClass.provisioner === noProvisioner) return false;
    if (this.#isDelayed(claim) && claim.metadata.annotations[selectedNode] === undefined) return false;
    const { namespace = 'default', name, uid } = claim.metadata;
    this.#provisioned += 1;
    const { volumeAttributesClassName } = claim.spec;
    const volume: PersistentVolume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `pvc-${this.#provisioned}-${name}`, labels: {}, annotations: {} },
      spec: {
        capacity: claim.spec.resources.requests,
        accessModes: claim.spec.accessModes,
        storageClassName: classOfClaim(claim),
        volumeMode: claim.spec.volumeMode,
        claimRef: { namespace, name, ...(uid === undefined ? {} : { uid }) },
        source: { kind: 'csi', driver: storageClass.provisioner, volumeHandle: `${namespace}/${name}` },
        ...(volumeAttributesClassName === undefined ? {} : { volumeAttributesClassName }),
      },
      status: { phase: 'Available' },
    };
    this.#provisionedNames.add(volume.metadata.name);
    this.#bind(volume, claim);
    return true;
  }

  #bind(volume: PersistentVolume, claim: PersistentVolumeClaim): void {
    const { namespace = 'default', name, uid } = claim.metadata;
    const claimRef = { namespace, name, ...(uid === undefined ? {} : { uid }) };
    const bound: PersistentVolume = { ...volume, spec: { ...volume.spec, claimRef }, status: { phase: 'Bound' } };
    // At once: the next claim may be looked at before the change comes around.
    this.#volumes.set(bound);
    this.#cluster.put(bound);
    const annotations = { ...claim.metadata.annotations, [bindCompleted]: 'yes' };
    this.#cluster.put({
      ...claim,
      metadata: { ...claim.metadata, annotations },
      spec: { ...claim.spec, volumeName: volume.metadata.name },
      status: { phase: 'Bound' },
    });
  }

  /** Its volume goes with it where it was made for it; any other is released, which is not yet free. */
  #claimGone(claim: PersistentVolumeClaim): void {
    this.#pending.delete(claim);
    for (const name of this.#volumes.keptFor(claimKey(claim))) {
      const volume = this.#cluster.get('PersistentVolume', '', name);
      if (volume?.status.phase !== 'Bound') continue;
      if (this.#provisionedNames.delete(name)) this.#cluster.delete('PersistentVolume', '', name);
      else this.#cluster.put({ ...volume, status: { phase: 'Released' } });
    }
  }

  #current({ metadata }: PersistentVolumeClaim): PersistentVolumeClaim | undefined {
    return this.#cluster.get('PersistentVolumeClaim', metadata.namespace ?? 'default', metadata.name);
  }
}

function isFinished({ metadata, spec }: PersistentVolumeClaim): boolean {
  return spec.volumeName !== '' && metadata.annotations[bindCompleted] !== undefined;
}

function claimKey({ metadata }: PersistentVolumeClaim): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}
