/** Free volumes of one class that the same nodes can reach, the smallest first. */
import type { CompiledNodeSelector } from '../../../api/label-selectors.ts';
import type { PersistentVolume } from '../../../api/objects.ts';
import { compareQuantities } from '../../../api/quantity.ts';
import type { Anchor } from './label-index.ts';

export interface VolumeEntry {
  readonly volume: PersistentVolume;
  /** Storage, as written. */
  readonly capacity: string;
  /** Of volumes of one size the one that came first is taken. */
  readonly sequence: number;
}

export class VolumeGroup {
  readonly key: string;
  readonly affinity: CompiledNodeSelector | undefined;
  readonly anchor: Anchor | undefined;
  readonly #entries: VolumeEntry[] = [];

  constructor(key: string, affinity: CompiledNodeSelector | undefined, anchor: Anchor | undefined) {
    this.key = key;
    this.affinity = affinity;
    this.anchor = anchor;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  add(entry: VolumeEntry): void {
    this.#entries.splice(this.#placeOf(entry), 0, entry);
  }

  remove(entry: VolumeEntry): void {
    const place = this.#placeOf(entry);
    if (this.#entries[place]?.volume === entry.volume) this.#entries.splice(place, 1);
  }

  /** The first entry of at least `storage` that will do. */
  first(storage: string, willDo: (volume: PersistentVolume) => boolean): VolumeEntry | undefined {
    for (let place = this.#lowerBound(storage, -1); place < this.#entries.length; place += 1) {
      const entry = this.#entries[place] as VolumeEntry;
      if (willDo(entry.volume)) return entry;
    }
    return undefined;
  }

  #placeOf({ capacity, sequence }: VolumeEntry): number {
    return this.#lowerBound(capacity, sequence);
  }

  /** How many entries come before. */
  #lowerBound(capacity: string, sequence: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle] as VolumeEntry;
      const order = compareQuantities(entry.capacity, capacity) || entry.sequence - sequence;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** By capacity, then by arrival. */
export function compareEntries(a: VolumeEntry, b: VolumeEntry): number {
  return compareQuantities(a.capacity, b.capacity) || a.sequence - b.sequence;
}
