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
import { filterBlock, type NodeBlock } from '../../framework/node-block.ts';
import { selectedNodeAnnotation } from '../volumes/claims.ts';
import type { SmallestAtLabel, SmallestVolumes } from '../volumes/smallest-volumes.ts';
import type { StorageCapacities } from '../volumes/storage-capacity.ts';
import { isReachable, volumeAffinity } from '../volumes/volume-affinity.ts';
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

/** A claim with where to look for its volume. */
class Wanted {
  readonly delayed: DelayedClaim;
  readonly provisioning: ClaimProvisioning;
  readonly #volumes: SmallestVolumes | undefined;

  constructor(delayed: DelayedClaim, volumes: VolumeClass | undefined, provisioning: ClaimProvisioning) {
    this.delayed = delayed;
    this.provisioning = provisioning;
    this.#volumes = volumes?.smallestFor(delayed.demand);
  }

  /** Some volume will do, whatever the node. */
  get findsAnywhere(): boolean {
    return this.delayed.kept.length === 0 && this.#volumes?.anywhere() !== undefined;
  }

  /** By which label it finds all that it can have, where there is nothing else to it. */
  get byOneLabel(): SmallestAtLabel | undefined {
    return this.delayed.kept.length === 0 && this.provisioning.isNever ? this.#volumes?.byOneLabel : undefined;
  }

  /** A volume that is kept for the claim, or none if it is elsewhere; otherwise the smallest that will do. */
  match(slot: number, labels: Labels, chosen: ReadonlySet<string>): PersistentVolume | undefined {
    for (const volume of this.delayed.kept) {
      if (chosen.has(volume.metadata.name)) continue;
      return isReachable(volumeAffinity(volume), labels) ? volume : undefined;
    }
    if (chosen.size === 0) return this.#volumes?.at(slot, labels)?.volume;
    return this.#volumes?.besides(chosen, slot, labels)?.volume;
  }
}

export class VolumeFinder {
  readonly #cluster: ClusterState;
  /** Of bound claims: the volumes that not every node reaches, and `undefined` for one that is gone. */
  readonly #restricting: readonly (PersistentVolume | undefined)[];
  /** Claims that have been promised to a node before. */
  readonly #selected: readonly Wanted[];
  readonly #selectedNodes: ReadonlySet<string>;
  readonly #toMatch: readonly Wanted[];
  /** What is to be matched, where it is but one. */
  readonly #onlyOne: Wanted | undefined;
  /** No claim has a volume or a node yet. */
  readonly #isFree: boolean;

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
    this.#onlyOne = this.#toMatch.length === 1 ? this.#toMatch[0] : undefined;
    this.#isFree = this.#restricting.length === 0 && this.#selected.length === 0;
  }

  /**
   * @param verdictOf gives the verdict for what `check` says of a node
   * @throws PluginError when a class has gone
   */
  filter(block: NodeBlock, verdicts: Int32Array, verdictOf: (problem: number) => number): void {
    if (this.#isFree) {
      const wanted = this.#onlyOne;
      if (wanted === undefined ? this.#toMatch.length === 0 : wanted.findsAnywhere) return;
      const byLabel = wanted?.byOneLabel;
      if (byLabel !== undefined) {
        byLabel.filter(block, verdicts, verdictOf(problems.noVolume));
        return;
      }
    }
    filterBlock(block, verdicts, (slot) => {
      const node = this.#cluster.node(slot);
      const problem = node === undefined ? 0 : this.check(slot, node);
      return problem === 0 ? 0 : verdictOf(problem);
    });
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
    if (this.#toMatch.length === 0 && this.#selected.length === 0) return bound;
    const wanted = this.#selected.length === 0 ? this.#onlyOne : undefined;
    if (wanted === undefined) return bound | this.#checkAll(slot, labels, found);
    return bound | this.#checkOne(wanted, slot, labels, found);
  }

  /** What nearly all pods come to: one claim, and nothing to be kept in mind. */
  #checkOne(wanted: Wanted, slot: number, labels: Labels, found: PodVolumes | undefined): number {
    const volume = wanted.match(slot, labels, none);
    if (volume === undefined) return provisionProblem(wanted, slot, labels, found);
    found?.bindings.push({ claim: wanted.delayed.claim, volume });
    return 0;
  }

  #checkAll(slot: number, labels: Labels, found: PodVolumes | undefined): number {
    const toProvision = [...this.#selected];
    const chosen = new Set<string>();
    for (const wanted of this.#toMatch) {
      const volume = wanted.match(slot, labels, chosen);
      if (volume === undefined) {
        toProvision.push(wanted);
        continue;
      }
      found?.bindings.push({ claim: wanted.delayed.claim, volume });
      chosen.add(volume.metadata.name);
    }
    for (const wanted of toProvision) {
      const problem = provisionProblem(wanted, slot, labels, found);
      if (problem !== 0) return problem;
    }
    return 0;
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

function provisionProblem(
  { delayed, provisioning }: Wanted,
  slot: number,
  labels: Labels,
  found: PodVolumes | undefined,
): number {
  const outcome = provisioning.check(slot, labels);
  if (outcome === 'never') return problems.noVolume;
  if (outcome === 'no space') return problems.noSpace;
  found?.provisions.push({ claim: delayed.claim, ...outcome });
  return 0;
}
