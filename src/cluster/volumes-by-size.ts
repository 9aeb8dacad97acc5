/** Volumes, the smallest first, and of one size the one that came first, however many there are. */
import type { PersistentVolume } from '../api/objects.ts';
import { compareQuantities } from '../api/quantity.ts';

export interface SizedVolume {
  readonly volume: PersistentVolume;
  /** Its capacity, as written. */
  readonly storage: string;
  /** Of volumes of one size the one that came first is taken. */
  readonly sequence: number;
}

/** Negative when `a` is smaller, or as large and there before. */
export function compareSizes(a: SizedVolume, b: SizedVolume): number {
  return compareQuantities(a.storage, b.storage) || a.sequence - b.sequence;
}

export class VolumesBySize {
  /** None is empty. */
  readonly #sizes: VolumesOfSize[] = [];

  get isEmpty(): boolean {
    return this.#sizes.length === 0;
  }

  add(entry: SizedVolume): void {
    const place = this.#placeOf(entry.storage);
    const size = this.#sizes[place];
    if (size !== undefined && compareQuantities(size.storage, entry.storage) === 0) size.add(entry);
    else this.#sizes.splice(place, 0, new VolumesOfSize(entry));
  }

  /** The one of this size and sequence; nothing happens where there is none. */
  remove({ storage, sequence }: Omit<SizedVolume, 'volume'>): void {
    const place = this.#placeOf(storage);
    const size = this.#sizes[place];
    if (size === undefined || compareQuantities(size.storage, storage) !== 0) return;
    size.remove(sequence);
    if (size.isEmpty) this.#sizes.splice(place, 1);
  }

  /** The first of at least `storage` that will do. */
  first(storage: string, willDo: (volume: PersistentVolume) => boolean): SizedVolume | undefined {
    for (let place = this.#placeOf(storage); place < this.#sizes.length; place += 1) {
      const found = (this.#sizes[place] as VolumesOfSize).first(willDo);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** How many sizes are smaller. */
  #placeOf(storage: string): number {
    let [low, high] = [0, this.#sizes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareQuantities((this.#sizes[middle] as VolumesOfSize).storage, storage) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * In the order in which they came. One that is taken leaves a gap, so that none of the others has to be moved; gaps are
 * closed once they are the greater part.
 */
class VolumesOfSize {
  readonly storage: string;
  #sequences: number[];
  #entries: (SizedVolume | undefined)[];
  /** There are but gaps before it. */
  #start = 0;
  #count = 1;

  constructor(entry: SizedVolume) {
    this.storage = entry.storage;
    this.#sequences = [entry.sequence];
    this.#entries = [entry];
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(entry: SizedVolume): void {
    const { sequence } = entry;
    const place = this.#placeOf(sequence);
    const isGap = this.#sequences[place] === sequence;
    if (!isGap) this.#sequences.splice(place, 0, sequence);
    this.#entries.splice(place, isGap ? 1 : 0, entry);
    this.#start = Math.min(this.#start, place);
    this.#count += 1;
  }

  remove(sequence: number): void {
    const place = this.#placeOf(sequence);
    if (this.#sequences[place] !== sequence || this.#entries[place] === undefined) return;
    this.#entries[place] = undefined;
    this.#count -= 1;
    if (this.#count * 2 < this.#entries.length) this.#closeGaps();
    while (this.#start < this.#entries.length && this.#entries[this.#start] === undefined) this.#start += 1;
  }

  first(willDo: (volume: PersistentVolume) => boolean): SizedVolume | undefined {
    for (let place = this.#start; place < this.#entries.length; place += 1) {
      const entry = this.#entries[place];
      if (entry !== undefined && willDo(entry.volume)) return entry;
    }
    return undefined;
  }

  #closeGaps(): void {
    const entries = this.#entries.filter((entry) => entry !== undefined);
    this.#entries = entries;
    this.#sequences = entries.map(({ sequence }) => sequence);
    this.#start = 0;
  }

  /** Of the first one with this sequence or a higher one. */
  #placeOf(sequence: number): number {
    let [low, high] = [0, this.#sequences.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sequences[middle] as number) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
