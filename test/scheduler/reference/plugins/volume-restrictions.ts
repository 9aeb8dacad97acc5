/** Disks of old that only one pod of a node may write, and claims that only one pod of the cluster may use. */
import type { Pod, VolumeSource } from '../../../../src/api/objects.ts';
import { claimNotFound, claimVolumesOf, findClaim } from '../claims.ts';
import { namespaceOf, placedPods } from '../cluster.ts';
import {
  type Cycle,
  type Place,
  type ReferencePlugin,
  rejected,
  skip,
  success,
  unresolvable,
  unschedulable,
} from '../plugin.ts';

const restricted = ['gcePersistentDisk', 'awsElasticBlockStore', 'iscsi', 'rbd'];

export const volumeRestrictions: ReferencePlugin = {
  name: 'VolumeRestrictions',

  preFilter(cycle) {
    const { cluster, pod } = cycle;
    const missing = claimNamesOf(pod).find((name) => findClaim(cluster, pod, name) === undefined);
    if (missing !== undefined) return rejected(unresolvable(claimNotFound(missing)));
    const hasDisk = pod.spec.volumes.some(({ source }) => restricted.includes(source.kind));
    return hasDisk || claimsInUse(cycle) > 0 ? success : skip;
  },

  filter(cycle, place) {
    const disks = cycle.pod.spec.volumes.map(({ source }) => source);
    const taken = place.pods.flatMap(({ spec }) => spec.volumes.map(({ source }) => source));
    if (disks.some((disk) => taken.some((other) => conflicts(disk, other)))) {
      return unschedulable('node(s) had no available disk');
    }
    if (claimsInUse(cycle) + changeOfUse(cycle, place) <= 0) return undefined;
    return unschedulable(
      'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
    );
  },
};

/** Ephemeral volumes are nobody else's. */
function claimNamesOf(pod: Pod): string[] {
  return claimVolumesOf(pod).flatMap(({ claimName, isEphemeral }) => (isEphemeral ? [] : [claimName]));
}

function exclusiveClaimsOf({ cluster, pod }: Cycle): Set<string> {
  const isExclusive = (name: string): boolean =>
    findClaim(cluster, pod, name)?.spec.accessModes.includes('ReadWriteOncePod') === true;
  return new Set(claimNamesOf(pod).filter(isExclusive));
}

/** Claims that some running pod has, wherever it runs. */
function claimsInUse(cycle: Cycle): number {
  const neighbours = placedPods(cycle.cluster).filter(({ pod }) => namespaceOf(pod) === namespaceOf(cycle.pod));
  const used = new Set(neighbours.flatMap(({ pod }) => claimNamesOf(pod)));
  return [...exclusiveClaimsOf(cycle)].filter((name) => used.has(name)).length;
}

/** As in kube-scheduler, pods that come and go are compared by the claim's name alone, whatever their namespace. */
function changeOfUse(cycle: Cycle, { added, removed }: Place): number {
  const exclusive = exclusiveClaimsOf(cycle);
  const uses = (pods: readonly Pod[]): number =>
    pods.flatMap(claimNamesOf).filter((name) => exclusive.has(name)).length;
  return uses(added) - uses(removed);
}

function conflicts(left: VolumeSource, right: VolumeSource): boolean {
  if (left.kind === 'awsElasticBlockStore') return right.kind === left.kind && left.volumeID === right.volumeID;
  if (left.kind === 'gcePersistentDisk') {
    return right.kind === left.kind && left.pdName === right.pdName && !(left.readOnly && right.readOnly);
  }
  if (left.kind === 'iscsi') {
    return right.kind === left.kind && left.iqn === right.iqn && !(left.readOnly && right.readOnly);
  }
  if (left.kind !== 'rbd' || right.kind !== 'rbd') return false;
  const isSame = left.pool === right.pool && left.image === right.image;
  const isShared = left.monitors.some((monitor) => right.monitors.includes(monitor));
  return isSame && isShared && !(left.readOnly && right.readOnly);
}
