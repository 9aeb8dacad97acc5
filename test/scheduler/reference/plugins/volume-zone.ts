/** A bound volume with zone labels can be used in those zones only. */
import type { PersistentVolume, Pod } from '../../../../src/api/objects.ts';
import { claimNotFound, claimVolumesOf, classOfClaim, findClaim } from '../claims.ts';
import { findObject, type ReferenceCluster } from '../cluster.ts';
import { type ReferencePlugin, rejected, skip, success, unresolvable } from '../plugin.ts';

/** The key of today for each key of old. */
const successors: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
};
const keys = [...Object.keys(successors), ...Object.values(successors)];

export const volumeZone: ReferencePlugin = {
  name: 'VolumeZone',

  preFilter({ cluster, pod }) {
    const zones = zonesOfVolumes(cluster, pod);
    if (typeof zones === 'string') return rejected(unresolvable(zones));
    return zones.length === 0 ? skip : success;
  },

  filter({ cluster, pod }, { node: { metadata } }) {
    const zones = zonesOfVolumes(cluster, pod);
    // In a cluster without zones, nodes do not say where they are.
    if (typeof zones === 'string' || !keys.some((key) => metadata.labels[key] !== undefined)) return undefined;
    const isIn = ({ key, values }: VolumeTopology): boolean => {
      const value = metadata.labels[key] ?? metadata.labels[successors[key] ?? key];
      return value !== undefined && values.includes(value);
    };
    return zones.every(isIn) ? undefined : unresolvable('node(s) had no available volume zone');
  },
};

interface VolumeTopology {
  readonly key: string;
  readonly values: readonly string[];
}

/** Or what is wrong with the first claim that has a problem. Ephemeral volumes are passed over. */
function zonesOfVolumes(cluster: ReferenceCluster, pod: Pod): VolumeTopology[] | string {
  const zones: VolumeTopology[] = [];
  for (const { claimName } of claimVolumesOf(pod).filter(({ isEphemeral }) => !isEphemeral)) {
    const claim = findClaim(cluster, pod, claimName);
    if (claim === undefined) return claimNotFound(claimName);
    const { volumeName } = claim.spec;
    if (volumeName === '') {
      const className = classOfClaim(claim);
      if (className === '') return 'PersistentVolumeClaim had no pv name and storageClass name';
      const storageClass = findObject(cluster, 'StorageClass', '', className);
      if (storageClass === undefined) return `storageclass.storage.k8s.io "${className}" not found`;
      if (storageClass.volumeBindingMode !== 'WaitForFirstConsumer') return 'PersistentVolume had no name';
      continue;
    }
    const volume = findObject(cluster, 'PersistentVolume', '', volumeName);
    if (volume === undefined) return `persistentvolume "${volumeName}" not found`;
    zones.push(...topologiesOf(volume));
  }
  return zones;
}

/** `a__b` is a set. One with a nameless zone is no set, and the label is as good as not there. */
function topologiesOf({ metadata }: PersistentVolume): VolumeTopology[] {
  return keys.flatMap((key) => {
    const values = metadata.labels[key]?.split('__').map((value) => value.trim());
    return values === undefined || values.includes('') ? [] : [{ key, values }];
  });
}
