/** The free volumes of one class, by the nodes that reach them. */
import type { PersistentVolume } from '../../../api/objects.ts';
import type { SizedVolume } from '../../../cluster/volumes-by-size.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { volumeLikeness } from './claim-demand.ts';
import { anchorOfNodeSelector, isAnchorAlone, LabelIndex } from './label-index.ts';
import { volumeAffinity } from './volume-affinity.ts';
import { VolumeGroup } from './volume-group.ts';

export class FreeVolumes {
  /** That every node reaches. */
  readonly anywhere = new Set<VolumeGroup>();
  /** That all nodes with their anchor reach: those of local disks and zones. */
  readonly atAnchor: LabelIndex<VolumeGroup>;
  /** Of which each node is to be asked. */
  readonly others: LabelIndex<VolumeGroup>;
  readonly #groups = new Map<string, VolumeGroup>();

  constructor(cluster: ClusterState) {
    this.atAnchor = new LabelIndex(cluster);
    this.others = new LabelIndex(cluster);
  }

  add(entry: SizedVolume): void {
    const { volume } = entry;
    const key = keyOf(volume);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = groupOf(key, volume);
      this.#groups.set(key, group);
      this.#put(group, volume);
    }
    group.add(entry);
    if (group.anchor !== undefined) this.atAnchor.touch(group.anchor);
  }

  remove(entry: SizedVolume): void {
    const group = this.#groups.get(keyOf(entry.volume));
    if (group === undefined) return;
    group.remove(entry);
    if (group.anchor !== undefined) this.atAnchor.touch(group.anchor);
    if (!group.isEmpty) return;
    this.#groups.delete(group.key);
    this.anywhere.delete(group);
    this.atAnchor.delete(group, group.anchor);
    this.others.delete(group, group.anchor);
  }

  #put(group: VolumeGroup, { spec }: PersistentVolume): void {
    const required = spec.nodeAffinity?.required;
    if (required === undefined) this.anywhere.add(group);
    else if (isAnchorAlone(required)) this.atAnchor.add(group, group.anchor);
    else this.others.add(group, group.anchor);
  }
}

function keyOf(volume: PersistentVolume): string {
  const affinity = volumeAffinity(volume);
  return `${volumeLikeness(volume)} ${affinity === undefined ? '' : `=${affinity.key}`}`;
}

function groupOf(key: string, volume: PersistentVolume): VolumeGroup {
  const required = volume.spec.nodeAffinity?.required;
  const anchor = required === undefined ? undefined : anchorOfNodeSelector(required);
  return new VolumeGroup(key, volumeAffinity(volume), anchor, volume);
}
