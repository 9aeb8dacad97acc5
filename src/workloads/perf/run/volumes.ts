/**
 * The pre-bound volumes of createPods: one PersistentVolume and one claim per pod, bound to each other as
 * scheduler_perf's fake controller would leave them. Only the pod itself is left to schedule.
 */

import { valueAt } from '../../../api/index.ts';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSource, Pod } from '../../../api/objects.ts';
import { ofKind, type WorkloadRun } from './workload-run.ts';

export interface PodVolume {
  readonly volume: PersistentVolume;
  readonly claim: PersistentVolumeClaim;
}

export class VolumeMaker {
  readonly #run: WorkloadRun;
  readonly #namespace: string;
  readonly #volume: PersistentVolume;
  readonly #claim: PersistentVolumeClaim;

  constructor(run: WorkloadRun, namespace: string, paths: { readonly volumePath: string; readonly claimPath: string }) {
    this.#run = run;
    this.#namespace = namespace;
    const volume = run.template(paths.volumePath, { complete: withVolumeHandle });
    const claim = run.template(paths.claimPath);
    this.#volume = ofKind(volume.make({}), 'PersistentVolume', volume.file).object;
    this.#claim = ofKind(claim.make({}), 'PersistentVolumeClaim', claim.file).object;
  }

  /** The volume and the claim of the pod of this index. */
  make(index: number): PodVolume {
    const namespace = this.#namespace;
    const claimName = `pvc-${index}`;
    const volumeName = `${namespace}-vol-${index}`;
    const { metadata: ofVolume, spec: volumeSpec } = this.#volume;
    const { metadata: ofClaim, spec: claimSpec } = this.#claim;
    const claimUid = this.#run.names.uid();
    const annotations = { ...ofClaim.annotations, 'pv.kubernetes.io/bind-completed': 'true' };
    return {
      volume: {
        ...this.#volume,
        metadata: { ...ofVolume, name: volumeName, uid: this.#run.names.uid() },
        spec: {
          ...volumeSpec,
          source: sourceOf(volumeSpec.source, volumeName, index),
          claimRef: { namespace, name: claimName, uid: claimUid },
        },
        status: { phase: 'Bound' },
      },
      claim: {
        ...this.#claim,
        metadata: { ...ofClaim, name: claimName, namespace, uid: claimUid, annotations },
        spec: { ...claimSpec, volumeName },
        status: { phase: 'Bound' },
      },
    };
  }
}

/** scheduler_perf's templates leave the handle out, since each volume gets its own. */
function withVolumeHandle(value: unknown): unknown {
  const csi: unknown = valueAt(value, ['spec', 'csi']);
  if (typeof value !== 'object' || typeof csi !== 'object' || csi === null || 'volumeHandle' in csi) return value;
  return { ...value, spec: { ...(valueAt(value, ['spec']) as object), csi: { ...csi, volumeHandle: 'unnamed' } } };
}

/** Each volume is a disk of its own; sources of other kinds stay as they are written. */
function sourceOf(source: PersistentVolumeSource, volumeName: string, index: number): PersistentVolumeSource {
  if (source.kind === 'csi') return { ...source, volumeHandle: volumeName };
  if (source.kind === 'awsElasticBlockStore') return { ...source, volumeID: `vol-${index}` };
  return source;
}

/** The pod with that claim as its only volume. */
export function withVolume<P extends Pod>(pod: P, { claim }: PodVolume): P {
  const source = { kind: 'persistentVolumeClaim', claimName: claim.metadata.name, readOnly: false } as const;
  return { ...pod, spec: { ...pod.spec, volumes: [{ name: 'vol', source }] } };
}
