/**
 * Whether a node can have all volumes of a pod, and which they would be. Source: volumebinding/binder.go,
 * FindPodVolumes. Where kube-scheduler takes any of several volumes of the smallest size, the one that came first is
 * taken.
 */
import type { CSIStorageCapacity, Labels, PersistentVolume, PersistentVolumeClaim } from '../../../api/objects.ts';
import { quantityValue } from '../../../api/quantity.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import { PluginError } from '../../framework/errors.ts';
import { selectedNodeAnnotation } from '../volumes/claims.ts';
import type { StorageCapacities } from '../volumes/storage-capacity.ts';
import { isReachable, volumeAffinity } from '../volumes/volume-affinity.ts';
import { compareEntries, type VolumeEntry } from '../volumes/volume-group.ts';
import type { VolumeTable } from '../volumes/volume-table.ts';
import { bySize, type DelayedClaim, type PodClaims } from './pod-claims.ts';

/** What is wrong with a node, in the order of its words; they add up. */
export const problems = { unreachable: 1, noVolume: 2, noSpace: 4, volumeGone: 8 } as const;

const noProvisioner = 'kubernetes.io/no-provisioner';

/** What a pod's claims get on a node. */
export interface PodVolumes {
  readonly bindings: { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  readonly provisions: {
    readonly claim: PersistentVolumeClaim;
    /** By which the node has room; absent where the driver does not say. */
    readonly capacity?: CSIStorageCapacity;
  }[];
}

export class VolumeFinder {
  readonly #plugin: string;
  readonly #table: VolumeTable;
  readonly #capacities: StorageCapacities;
  readonly #objects: ObjectTable;
  /** Of bound claims: the volumes that not every node reaches, and `undefined` for one that is gone. */
  readonly #restricting: readonly (PersistentVolume | undefined)[];
  readonly #selected: readonly DelayedClaim[];
  readonly #selectedNodes: ReadonlySet<string>;
  readonly #toMatch: readonly DelayedClaim[];

  constructor(
    plugin: string,
    { bound, delayed }: PodClaims,
    table: VolumeTable,
    capacities: StorageCapacities,
    objects: ObjectTable,
  ) {
    this.#plugin = plugin;
    this.#table = table;
    this.#capacities = capacities;
    this.#objects = objects;
    this.#restricting = bound
      .map(({ spec }) => table.volume(spec.volumeName))
      .filter((volume) => volume === undefined || volumeAffinity(volume) !== undefined);
    this.#selected = delayed.filter(({ claim }) => claim.metadata.annotations[selectedNodeAnnotation] !== undefined);
    this.#selectedNodes = new Set(
      this.#selected.map(({ claim }) => claim.metadata.annotations[selectedNodeAnnotation] ?? ''),
    );
    this.#toMatch = bySize(delayed.filter((claim) => !this.#selected.includes(claim)));
  }

  /** Every node will do. */
  get isIndifferent(): boolean {
    return this.#restricting.length === 0 && this.#selected.length === 0 && this.#toMatch.length === 0;
  }

  /**
   * 0, or the sum of what is wrong with the node.
   * @param found is filled with what the claims would get
   * @throws PluginError when a class has gone
   */
  check(nodeName: string, labels: Labels, found?: PodVolumes): number {
    const bound = this.#checkBound(labels);
    if (this.#selected.length === 0 && this.#toMatch.length === 0) return bound;
    for (const selected of this.#selectedNodes) if (selected !== nodeName) return bound | problems.noVolume;
    const toProvision = [...this.#selected];
    const chosen = new Set<string>();
    for (const wanted of this.#toMatch) {
      const volume = this.#match(wanted, labels, chosen);
      if (volume === undefined) toProvision.push(wanted);
      else {
        chosen.add(volume.metadata.name);
        found?.bindings.push({ claim: wanted.claim, volume });
      }
    }
    return bound | this.#checkProvisions(toProvision, labels, found);
  }

  /** The first volume with a problem decides. */
  #checkBound(labels: Labels): number {
    for (const volume of this.#restricting) {
      if (volume === undefined) return problems.volumeGone;
      if (!isReachable(volumeAffinity(volume), labels)) return problems.unreachable;
    }
    return 0;
  }

  /** A volume that is kept for the claim, or none if it is elsewhere; otherwise the smallest that will do. */
  #match(wanted: DelayedClaim, labels: Labels, chosen: ReadonlySet<string>): PersistentVolume | undefined {
    for (const volume of wanted.kept) {
      if (chosen.has(volume.metadata.name)) continue;
      return isReachable(volumeAffinity(volume), labels) ? volume : undefined;
    }
    let best: VolumeEntry | undefined;
    this.#table.ofClass(wanted.className)?.groups.visit(labels, (group) => {
      if (!isReachable(group.affinity, labels)) return;
      const entry = wanted.smallestOf(group, chosen);
      if (entry !== undefined && (best === undefined || compareEntries(entry, best) < 0)) best = entry;
    });
    return (best as VolumeEntry | undefined)?.volume;
  }

  #checkProvisions(wanted: readonly DelayedClaim[], labels: Labels, found: PodVolumes | undefined): number {
    for (const { claim, className, storage } of wanted) {
      const storageClass = this.#objects.get('StorageClass', '', className);
      if (storageClass === undefined) {
        throw new PluginError(this.#plugin, `failed to find storage class "${className}"`);
      }
      const { provisioner, allowedTopologies } = storageClass;
      if (provisioner === '' || provisioner === noProvisioner) return problems.noVolume;
      if (!isAllowed(allowedTopologies, labels)) return problems.noVolume;
      const asks = claim.spec.resources.requests.storage !== undefined;
      const driver = asks ? this.#objects.get('CSIDriver', '', provisioner) : undefined;
      if (driver?.spec.storageCapacity !== true) {
        found?.provisions.push({ claim });
        continue;
      }
      const capacity = this.#capacities.find(className, quantityValue(storage), labels);
      if (capacity === undefined) return problems.noSpace;
      found?.provisions.push({ claim, capacity });
    }
    return 0;
  }
}

type Topologies = readonly {
  readonly matchLabelExpressions: readonly { readonly key: string; readonly values: readonly string[] }[];
}[];

/** Any of the terms; one that says nothing allows nothing, and no term at all allows everything. */
function isAllowed(topologies: Topologies, labels: Labels): boolean {
  if (topologies.length === 0) return true;
  return topologies.some(
    ({ matchLabelExpressions }) =>
      matchLabelExpressions.length > 0 &&
      matchLabelExpressions.every(({ key, values }) => {
        const value = labels[key];
        return value !== undefined && values.includes(value);
      }),
  );
}
