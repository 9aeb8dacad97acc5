/** Disks that no two pods of a node may mount. Source: kube-scheduler volumerestrictions (isVolumeConflict). */
import type { Pod, VolumeSource } from '../../../api/objects.ts';

export type RestrictedSource = Extract<
  VolumeSource,
  { readonly kind: 'gcePersistentDisk' | 'awsElasticBlockStore' | 'iscsi' | 'rbd' }
>;

const none: readonly RestrictedSource[] = [];

export function restrictedSources({ spec: { volumes } }: Pod): readonly RestrictedSource[] {
  if (volumes.length === 0) return none;
  const sources: RestrictedSource[] = [];
  for (const { source } of volumes) if (isRestricted(source)) sources.push(source);
  return sources.length === 0 ? none : sources;
}

function isRestricted(source: VolumeSource): source is RestrictedSource {
  switch (source.kind) {
    case 'gcePersistentDisk':
    case 'awsElasticBlockStore':
    case 'iscsi':
    case 'rbd':
      return true;
    default:
      return false;
  }
}

export function anyConflict(wanted: readonly RestrictedSource[], used: readonly RestrictedSource[]): boolean {
  return wanted.some((source) => used.some((other) => conflict(source, other)));
}

/** The same disk, unless both only read it; an EBS volume is never shared. */
function conflict(a: RestrictedSource, b: RestrictedSource): boolean {
  if (a.kind === 'awsElasticBlockStore') return b.kind === a.kind && a.volumeID === b.volumeID;
  if (a.readOnly && 'readOnly' in b && b.readOnly) return false;
  switch (a.kind) {
    case 'gcePersistentDisk':
      return b.kind === a.kind && a.pdName === b.pdName;
    case 'iscsi':
      return b.kind === a.kind && a.iqn === b.iqn;
    case 'rbd':
      return (
        b.kind === a.kind &&
        a.pool === b.pool &&
        a.image === b.image &&
        a.monitors.some((monitor) => b.monitors.includes(monitor))
      );
  }
}
