/**
 * The parts of Kubernetes that make volumes: the persistent volume controller binds claims to volumes, and a
 * provisioner makes a volume for a claim whose node the scheduler has chosen. Both answer at once.
 * Sources: kubernetes pkg/controller/volume/persistentvolume, sig-storage-lib-external-provisioner.
 */
import type { PersistentVolume, PersistentVolumeClaim } from '../api/objects.ts';
import type { MemoryCluster, ObjectChange } from './memory-cluster.ts';

/** What VolumeBinding writes on a claim to ask for a volume near a node. */
export const selectedNode = 'volume.kubernetes.io/selected-node';
const noProvisioner = 'kubernetes.io/no-provisioner';
/** What the volume controller writes on a claim that it has finished with; the scheduler goes by it. */
const bindCompleted = 'pv.kubernetes.io/bind-completed';

export class VolumeController {
  readonly #cluster: MemoryCluster;
  #provisioned = 0;

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
    cluster.watch((change) => this.#changed(change));
  }

  #changed({ after }: ObjectChange): void {
    if (after?.kind === 'PersistentVolume') this.#volumeChanged(after);
    if (after?.kind === 'PersistentVolumeClaim') this.#claimChanged(after);
  }

  /** A volume that names its claim is bound to it. */
  #volumeChanged(volume: PersistentVolume): void {
    const { claimRef } = volume.spec;
    if (claimRef === undefined || volume.status.phase === 'Bound') return;
    const claim = this.#cluster.get('PersistentVolumeClaim', claimRef.namespace, claimRef.name);
    if (claim === undefined || isFinished(claim)) return;
    if (claim.spec.volumeName !== '' && claim.spec.volumeName !== volume.metadata.name) return;
    this.#bind(volume, claim);
  }

  #claimChanged(claim: PersistentVolumeClaim): void {
    if (isFinished(claim)) return;
    if (claim.spec.volumeName !== '') {
      this.#bindNamed(claim);
      return;
    }
    const reserved = this.#volumeFor(claim);
    if (reserved !== undefined) {
      this.#bind(reserved, claim);
      return;
    }
    const node = claim.metadata.annotations[selectedNode];
    const storageClass = this.#cluster.get('StorageClass', '', claim.spec.storageClassName ?? '');
    if (storageClass === undefined || storageClass.provisioner === noProvisioner) return;
    if (node === undefined && storageClass.volumeBindingMode === 'WaitForFirstConsumer') return;
    this.#provision(claim, storageClass.provisioner);
  }

  /** A claim that asks for one volume gets it, unless that is kept for another claim. */
  #bindNamed(claim: PersistentVolumeClaim): void {
    const volume = this.#cluster.get('PersistentVolume', '', claim.spec.volumeName);
    const claimRef = volume?.spec.claimRef;
    const isOurs = claimRef?.namespace === claim.metadata.namespace && claimRef?.name === claim.metadata.name;
    if (volume !== undefined && (claimRef === undefined || isOurs)) this.#bind(volume, claim);
  }

  #volumeFor({ metadata }: PersistentVolumeClaim): PersistentVolume | undefined {
    for (const volume of this.#cluster.list('PersistentVolume')) {
      const { claimRef } = volume.spec;
      if (claimRef?.namespace === metadata.namespace && claimRef?.name === metadata.name) return volume;
    }
    return undefined;
  }

  #provision(claim: PersistentVolumeClaim, driver: string): void {
    const { namespace = 'default', name, uid } = claim.metadata;
    this.#provisioned += 1;
    const volume: PersistentVolume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `pvc-${this.#provisioned}-${name}`, labels: {}, annotations: {} },
      spec: {
        capacity: claim.spec.resources.requests,
        accessModes: claim.spec.accessModes,
        storageClassName: claim.spec.storageClassName ?? '',
        volumeMode: claim.spec.volumeMode,
        claimRef: { namespace, name, ...(uid === undefined ? {} : { uid }) },
        source: { kind: 'csi', driver, volumeHandle: `${namespace}/${name}` },
      },
      status: { phase: 'Available' },
    };
    this.#cluster.put(volume);
  }

  #bind(volume: PersistentVolume, claim: PersistentVolumeClaim): void {
    const { namespace = 'default', name, uid } = claim.metadata;
    const claimRef = volume.spec.claimRef ?? { namespace, name, ...(uid === undefined ? {} : { uid }) };
    this.#cluster.put({ ...volume, spec: { ...volume.spec, claimRef }, status: { phase: 'Bound' } });
    const annotations = { ...claim.metadata.annotations, [bindCompleted]: 'yes' };
    this.#cluster.put({
      ...claim,
      metadata: { ...claim.metadata, annotations },
      spec: { ...claim.spec, volumeName: volume.metadata.name },
      status: { phase: 'Bound' },
    });
  }
}

function isFinished({ metadata, spec }: PersistentVolumeClaim): boolean {
  return spec.volumeName !== '' && metadata.annotations[bindCompleted] !== undefined;
}
