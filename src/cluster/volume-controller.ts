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
    if (claim === undefined || claim.spec.volumeName !== '') return;
    this.#bind(volume, claim);
  }

  #claimChanged(claim: PersistentVolumeClaim): void {
    if (claim.status.phase !== 'Pending' || claim.spec.volumeName !== '') return;
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
    this.#cluster.put({ ...volume, status: { phase: 'Bound' } });
    this.#cluster.put({
      ...claim,
      spec: { ...claim.spec, volumeName: volume.metadata.name },
      status: { phase: 'Bound' },
    });
  }
}
