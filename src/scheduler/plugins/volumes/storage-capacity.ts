/** How much storage a driver says is left for new volumes of a class, and from where. */
import { type CompiledSelector, compileLabelSelector } from '../../../api/label-selectors.ts';
import type { CSIStorageCapacity, Labels, Quantity } from '../../../api/objects.ts';
import { quantityValue } from '../../../api/quantity.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { type Anchor, anchorOfLabelSelector, LabelIndex } from './label-index.ts';

interface CapacityEntry {
  readonly object: CSIStorageCapacity;
  readonly topology: CompiledSelector;
  readonly anchor: Anchor | undefined;
  /** Bytes that one new volume may have. */
  readonly limit: bigint;
  readonly sequence: number;
}

/** What a driver says of one volume; `maximumVolumeSize` is more precise where it is there. */
export function volumeLimit({ capacity, maximumVolumeSize }: CSIStorageCapacity): Quantity | undefined {
  return maximumVolumeSize ?? capacity;
}

export class StorageCapacities {
  readonly #classes = new Map<string, LabelIndex<CapacityEntry>>();
  readonly #entries = new Map<string, CapacityEntry>();
  readonly #cluster: ClusterState;
  #next = 0;

  constructor(cluster: ClusterState) {
    const { objects } = cluster;
    this.#cluster = cluster;
    for (const object of objects.list('CSIStorageCapacity')) this.#changed(undefined, object);
    objects.listen('CSIStorageCapacity', (before, after) => this.#changed(before, after));
  }

  /** The first object by which a node, which has these labels, has room for `bytes`. */
  find(storageClass: string, bytes: bigint, slot: number, labels: Labels): CSIStorageCapacity | undefined {
    let found: CapacityEntry | undefined;
    this.#classes.get(storageClass)?.visit(slot, (entry) => {
      if (found !== undefined && found.sequence < entry.sequence) return;
      if (entry.limit >= bytes && entry.topology.matches(labels)) found = entry;
    });
    return (found as CapacityEntry | undefined)?.object;
  }

  /** An object that names no topology or no limit makes nothing available. */
  #changed(before: CSIStorageCapacity | undefined, after: CSIStorageCapacity | undefined): void {
    const object = after ?? before;
    if (object === undefined) return;
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#classes.get(known.object.storageClassName)?.delete(known, known.anchor);
      this.#entries.delete(key);
    }
    const limit = after === undefined ? undefined : volumeLimit(after);
    if (after?.nodeTopology === undefined || limit === undefined) return;
    const entry: CapacityEntry = {
      object: after,
      topology: compileLabelSelector(after.nodeTopology),
      anchor: anchorOfLabelSelector(after.nodeTopology),
      limit: quantityValue(limit),
      sequence: known?.sequence ?? this.#next++,
    };
    this.#entries.set(key, entry);
    const index = this.#classes.get(after.storageClassName) ?? new LabelIndex<CapacityEntry>(this.#cluster);
    this.#classes.set(after.storageClassName, index);
    index.add(entry, entry.anchor);
  }
}

export const storageCapacities = (cluster: ClusterState): StorageCapacities => new StorageCapacities(cluster);
