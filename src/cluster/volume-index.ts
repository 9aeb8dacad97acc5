/** Volumes by the claim that they are kept for; those that are free for any claim by class, the smallest first. */
import { compileLabelSelector } from '../api/label-selectors.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../api/objects.ts';
import { compareQuantities } from '../api/quantity.ts';
import { classOfClaim, classOfVolume, isLike, storageOfClaim, storageOfVolume } from './claim-match.ts';

interface Entry {
  readonly volume: PersistentVolume;
  readonly storage: string;
  /** Of volumes of one size the one that came first is taken. */
  readonly sequence: number;
}

export class VolumeIndex {
  /** By class and what may be done with the volume: those of one list differ in size and labels alone. */
  readonly #lists = new Map<string, Map<string, Entry[]>>();
  readonly #entries = new Map<string, Entry>();
  /** Names of volumes by claim, and the other way round. */
  readonly #keptFor = new Map<string, Set<string>>();
  readonly #claims = new Map<string, string>();
  #nextSequence = 0;

  /** Takes note of a volume as it is now: free, kept, or neither. */
  set(volume: PersistentVolume): void {
    const { name } = volume.metadata;
    const sequence = this.#entries.get(name)?.sequence ?? this.#nextSequence++;
    this.delete(name);
    const { claimRef } = volume.spec;
    if (claimRef !== undefined) {
      const key = `${claimRef.namespace}/${claimRef.name}`;
      this.#claims.set(name, key);
      this.#keptFor.set(key, (this.#keptFor.get(key) ?? new Set<string>()).add(name));
      return;
    }
    if (volume.status.phase !== 'Available') return;
    const entry = { volume, storage: storageOfVolume(volume), sequence };
    const list = this.#listOf(volume);
    list.splice(placeOf(list, entry.storage, sequence), 0, entry);
    this.#entries.set(name, entry);
  }

  delete(name: string): void {
    const key = this.#claims.get(name);
    if (key !== undefined) {
      const names = this.#keptFor.get(key);
      names?.delete(name);
      if (names?.size === 0) this.#keptFor.delete(key);
      this.#claims.delete(name);
    }
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    const list = this.#listOf(entry.volume);
    list.splice(placeOf(list, entry.storage, entry.sequence), 1);
  }

  /** Names of the volumes whose claimRef has this namespace and name. @param claim `namespace/name` */
  keptFor(claim: string): readonly string[] {
    return [...(this.#keptFor.get(claim) ?? [])];
  }

  /** The smallest that will do; one with fewer access modes goes first, whatever its size (pvIndex.findByClaim). */
  bestFor(claim: PersistentVolumeClaim): PersistentVolume | undefined {
    const { matches } = claim.spec.selector === undefined ? anything : compileLabelSelector(claim.spec.selector);
    let best: Entry | undefined;
    for (const list of this.#lists.get(classOfClaim(claim))?.values() ?? []) {
      if (list[0] === undefined || !isLike({ ...list[0].volume, metadata: staying }, claim)) continue;
      const found = firstOf(list, claim, matches);
      if (found !== undefined && (best === undefined || compare(found, best) < 0)) best = found;
    }
    return best?.volume;
  }

  #listOf(volume: PersistentVolume): Entry[] {
    const className = classOfVolume(volume);
    const { accessModes, volumeMode, volumeAttributesClassName = '' } = volume.spec;
    const key = JSON.stringify([[...accessModes].sort(), volumeMode, volumeAttributesClassName]);
    const lists = this.#lists.get(className) ?? new Map<string, Entry[]>();
    this.#lists.set(className, lists);
    const list = lists.get(key) ?? [];
    lists.set(key, list);
    return list;
  }
}

const anything = { matches: (): boolean => true };
/** For questions about a whole list, to which it does not matter which of its volumes are being deleted. */
const staying = { name: '', labels: {}, annotations: {} };

function firstOf(
  list: readonly Entry[],
  claim: PersistentVolumeClaim,
  matches: (labels: PersistentVolume['metadata']['labels']) => boolean,
): Entry | undefined {
  for (let place = placeOf(list, storageOfClaim(claim), -1); place < list.length; place += 1) {
    const entry = list[place] as Entry;
    const { labels, deletionTimestamp } = entry.volume.metadata;
    if (deletionTimestamp === undefined && matches(labels)) return entry;
  }
  return undefined;
}

/** How many come before. */
function placeOf(list: readonly Entry[], storage: string, sequence: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = list[middle] as Entry;
    if ((compareQuantities(entry.storage, storage) || entry.sequence - sequence) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: Entry, b: Entry): number {
  const modes = a.volume.spec.accessModes.length - b.volume.spec.accessModes.length;
  return modes || compareQuantities(a.storage, b.storage) || a.sequence - b.sequence;
}
