/**
 * Whether a node can have all volumes of a pod, and which they would be. Source: volumebinding/binder.go,
 * FindPodVolumes. Where kube-scheduler takes any of several volumes of the smallest size, the one that came first is
 * taken.
 */
import type {
  CSIStorageCapacity,
  Labels,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
} from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { selectedNodeAnnotation } from '../volumes/claims.ts';
import type { StorageCapacities } from '../volumes/storage-capacity.ts';
import { isReachable, volumeAffinity } from '../volumes/volume-affinity.ts';
import { compareEntries, type VolumeEntry, type VolumeGroup } from '../volumes/volume-group.ts';
import type { VolumeClass, VolumeTable } from '../volumes/volume-table.ts';
import { bySize, type DelayedClaim, type PodClaims } from './pod-claims.ts';
import { ClaimProvisioning } from './provisioning.ts';

/** What is wrong with a node, in the order of its words; they add up. */
export const problems = { unreachable: 1, noVolume: 2, noSpace: 4, volumeGone: 8 } as const;

/** What a pod's claims get on a node. */
export interface PodVolumes {
  readonly bindings: { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  readonly provisions: {
    readonly claim: PersistentVolumeClaim;
    /** By which the node has room; absent where the driver does not say. */
    readonly capacity?: CSIStorageCapacity;
  }[];
}

const none: ReadonlySet<string> = new Set();

/** A claim with where to look for its volume. One search at a time: what it has come to is kept here. */
class Wanted {
  readonly delayed: DelayedClaim;
  readonly provisioning: ClaimProvisioning;
  readonly #volumes: VolumeClass | undefined;
  #labels: Labels = {};
  #chosen: ReadonlySet<string> = none;
  #best: VolumeEntry | undefined;

  constructor(delayed: DelayedClaim, volumes: VolumeClass | undefined, provisioning: ClaimProvisioning) {
    this.delayed = delayed;
    this.provisioning = provisioning;
    this.#volumes = volumes;
  }

  /** Some volume will do, whatever the node. */
  get findsAnywhere(): boolean {
    if (this.delayed.kept.length > 0 || this.#volumes === undefined) return false;
    for (const group of this.#volumes.groups.unanchored) {
      if (group.affinity === undefined && this.delayed.smallestOf(group, none) !== undefined) return true;
    }
    return false;
  }

  /** A volume that is kept for the claim, or none if it is elsewhere; otherwise the smallest that will do. */
  match(slot: number, labels: Labels, chosen: ReadonlySet<string>): PersistentVolume | undefined {
    for (const volume of this.delayed.kept) {
      if (chosen.has(volume.metadata.name)) continue;
      return isReachable(volumeAffinity(volume), labels) ? volume : undefined;
    }
    this.#labels = labels;
    this.#chosen = chosen;
    this.#best = undefined;
    this.#volumes?.groups.visit(slot, this.#consider);
    return (this.#best as VolumeEntry | undefined)?.volume;
  }

  readonly #consider = (group: VolumeGroup): void => {
    if (!isReachable(group.affinity, this.#labels)) return;
    const entry = this.delayed.smallestOf(group, this.#chosen);
    if (entry === undefined) return;
    if (this.#best === undefined || compareEntries(entry, this.#best) < 0) this.#best = entry;
  };
}

export class VolumeFinder {
  readonly #cluster: ClusterState;
  /** Of bound claims: the volumes that not every node reaches, and `undefined` for one that is gone. */
  readonly #restricting: readonly (PersistentVolume | undefined)[];
  /** Claims that have been promised to a node before. */
  readonly #selected: readonly Wanted[];
  readonly #selectedNodes: ReadonlySet<string>;
  readonly #toMatch: readonly Wanted[];

  constructor(cluster: ClusterState, { bound, delayed }: PodClaims, table: VolumeTable, capacities: StorageCapacities) {
    this.#cluster = cluster;
    this.#restricting = bound
      .map(({ spec }) => table.volume(spec.volumeName))
      .filter((volume) => volume === undefined || volumeAffinity(volume) !== undefined);
    const want = (claim: DelayedClaim): Wanted =>
      new Wanted(claim, table.ofClass(claim.className), new ClaimProvisioning(claim, cluster.objects, capacities));
    const nodeOf = ({ claim }: DelayedClaim): string | undefined => claim.metadata.annotations[selectedNodeAnnotation];
    this.#selected = delayed.filter((claim) => nodeOf(claim) !== undefined).map(want);
    this.#selectedNodes = new Set(this.#selected.map((wanted) => nodeOf(wanted.delayed) ?? ''));
    this.#toMatch = bySize(delayed.filter((claim) => nodeOf(claim) === undefined)).map(want);
  }

  /** Every node will do. */
  isIndifferent(): boolean {
    if (this.#restricting.length > 0 || this.#selected.length > 0) return false;
    const [wanted, ...others] = this.#toMatch;
    return wanted === undefined || (others.length === 0 && wanted.findsAnywhere);
  }

  /**
   * 0, or the sum of what is wrong with the node.
   * @param found is filled with what the claims would get
   * @throws PluginError when a class has gone
   */
  check(slot: number, node: Node, found?: PodVolumes): number {
    const { labels, name } = node.metadata;
    const bound = this.#checkBound(labels);
    if (this.#selected.length > 0 && (this.#selectedNodes.size > 1 || !this.#selectedNodes.has(name))) {
      return bound | problems.noVolume;
    }
    let toProvision: Wanted[] | undefined;
    let chosen: Set<string> | undefined;
    for (const wanted of this.#toMatch) {
      const volume = wanted.match(slot, labels, chosen ?? none);
      if (volume === undefined) {
        toProvision ??= [...this.#selected];
        toProvision.push(wanted);
        continue;
      }
      found?.bindings.push({ claim: wanted.delayed.claim, volume });
      if (this.#toMatch.length > 1) {
        chosen ??= new Set();
        chosen.add(volume.metadata.name);
      }
    }
    for (const { delayed, provisioning } of toProvision ?? this.#selected) {
      const outcome = provisioning.check(slot, labels);
      if (outcome === 'never') return bound | problems.noVolume;
      if (outcome === 'no space') return bound | problems.noSpace;
      found?.provisions.push({ claim: delayed.claim, ...outcome });
    }
    return bound;
  }

  /** What the claims would get on a node that has passed. */
  volumesOn(slot: number): PodVolumes {
    const found: PodVolumes = { bindings: [], provisions: [] };
    const node = this.#cluster.node(slot);
    if (node !== undefined) this.check(slot, node, found);
    return found;
  }

  /** The first volume with a problem decides. */
  #checkBound(labels: Labels): number {
    for (const volume of this.#restricting) {
      if (volume === undefined) return problems.volumeGone;
      if (!isReachable(volumeAffinity(volume), labels)) return problems.unreachable;
    }
    return 0;
  }
}
