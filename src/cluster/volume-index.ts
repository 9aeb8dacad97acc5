/** Volumes by the claim that they are kept for; those that are free for any claim by class, the smallest first. */
import { compileLabelSelector } from '../api/label-selectors.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../api/objects.ts';
import { classOfClaim, classOfVolume, isLike, storageOfClaim, storageOfVolume } from './claim-match.ts';
import { compareSizes, type SizedVolume, VolumesBySize } from './volumes-by-size.ts';

/** Volumes that differ in size and labels alone. */
interface Alike {
  /** One of them. */
  readonly sample: PersistentVolume;
  readonly volumes: VolumesBySize;
}

export class VolumeIndex {
  /** By class, and by what may be done with the volumes. */
  readonly #alike = new Map<string, Map<string, Alike>>();
  readonly #entries = new Map<string, SizedVolume>();
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
    this.#likeOf(volume).volumes.add(entry);
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
    this.#likeOf(entry.volume).volumes.remove(entry);
  }

  /** Names of the volumes whose claimRef has this namespace and name. @param claim `namespace/name` */
  keptFor(claim: string): readonly string[] {
    return [...(this.#keptFor.get(claim) ?? [])];
  }

  /** The smallest that will do; one with fewer access modes goes first, whatever its size (pvIndex.findByClaim). */
  bestFor(claim: PersistentVolumeClaim): PersistentVolume | undefined {
    const { matches } = claim.spec.selector === undefined ? anything : compileLabelSelector(claim.spec.selector);
    let best: SizedVolume | undefined;
    for (const { sample, volumes } of this.#alike.get(classOfClaim(claim))?.values() ?? []) {
      if (!isLike({ ...sample, metadata: staying }, claim)) continue;
      const found = volumes.first(
        storageOfClaim(claim),
        ({ metadata: { labels, deletionTimestamp } }) => deletionTimestamp === undefined && matches(labels),
      );
      if (found !== undefined && (best === undefined || compare(found, best) < 0)) best = found;
    }
    return best?.volume;
  }

  #likeOf(volume: PersistentVolume): Alike {
    const className = classOfVolume(volume);
    const { accessModes, volumeMode, volumeAttributesClassName = '' } = volume.spec;
    const key = JSON.stringify([[...accessModes].sort(), volumeMode, volumeAttributesClassName]);
    const ofClass = this.#alike.get(className) ?? new Map<string, Alike>();
    this.#alike.set(className, ofClass);
    const like = ofClass.get(key) ?? { sample: volume, volumes: new VolumesBySize() };
    ofClass.set(key, like);
    return like;
  }
}

const anything = { matches: (): boolean => true };
/** For questions about all that are alike, to which it does not matter which of its volumes are being deleted. */
const staying = { name: '', labels: {}, annotations: {} };

function compare(a: SizedVolume, b: SizedVolume): number {
  return a.volume.spec.accessModes.length - b.volume.spec.accessModes.length || compareSizes(a, b);
}
