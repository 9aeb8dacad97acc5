/**
 * All volumes as the binder looks for them: per class, those that are kept for a claim by the claim, and the free ones
 * by the nodes that reach them and by size. Follows what is assumed, too.
 */
import type { PersistentVolume, PersistentVolumeClaim } from '../../../api/objects.ts';
import { storageOfVolume } from '../../../cluster/claim-match.ts';
import type { SizedVolume } from '../../../cluster/volumes-by-size.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { RecentMap } from '../support/recent-map.ts';
import { AssumedObjects } from './assumed-objects.ts';
import type { ClaimDemand } from './claim-demand.ts';
import { classOfVolume } from './claims.ts';
import { FreeVolumes } from './free-volumes.ts';
import { SmallestVolumes } from './smallest-volumes.ts';

/** What is found for so many different demands is kept. */
const demandsKept = 32;

/** The volumes of one class. */
export class VolumeClass {
  readonly #free: FreeVolumes;
  readonly #kept = new Map<string, SizedVolume[]>();
  readonly #smallest = new RecentMap<SmallestVolumes>(demandsKept);

  constructor(cluster: ClusterState) {
    this.#free = new FreeVolumes(cluster);
  }

  /** Volumes that name a claim, in the order in which they came. @param key `namespace/name` of the claim */
  keptFor(key: string): readonly SizedVolume[] {
    return this.#kept.get(key) ?? [];
  }

  /** The free volumes that a claim may have. */
  smallestFor(demand: ClaimDemand): SmallestVolumes {
    return this.#smallest.get(demand.key, () => new SmallestVolumes(demand, this.#free));
  }

  add(entry: SizedVolume): void {
    const { claimRef } = entry.volume.spec;
    if (claimRef !== undefined) {
      const key = `${claimRef.namespace}/${claimRef.name}`;
      const kept = [...this.keptFor(key), entry].sort((a, b) => a.sequence - b.sequence);
      this.#kept.set(key, kept);
    } else if (isFree(entry.volume)) this.#free.add(entry);
  }

  remove(entry: SizedVolume): void {
    const { claimRef } = entry.volume.spec;
    if (claimRef !== undefined) {
      const key = `${claimRef.namespace}/${claimRef.name}`;
      const kept = this.keptFor(key).filter(({ volume }) => volume !== entry.volume);
      if (kept.length > 0) this.#kept.set(key, kept);
      else this.#kept.delete(key);
    } else if (isFree(entry.volume)) this.#free.remove(entry);
  }
}

/** Nobody's, and for anyone to take. */
function isFree({ metadata, status }: PersistentVolume): boolean {
  return metadata.deletionTimestamp === undefined && status.phase === 'Available';
}

export class VolumeTable {
  readonly volumes: AssumedObjects<'PersistentVolume'>;
  readonly claims: AssumedObjects<'PersistentVolumeClaim'>;
  readonly #cluster: ClusterState;
  readonly #classes = new Map<string, VolumeClass>();
  readonly #sequences = new Map<string, number>();
  #next = 0;

  constructor(cluster: ClusterState) {
    const { objects } = cluster;
    this.#cluster = cluster;
    this.volumes = new AssumedObjects(objects, 'PersistentVolume');
    this.claims = new AssumedObjects(objects, 'PersistentVolumeClaim');
    for (const volume of objects.list('PersistentVolume')) this.#changed(undefined, volume);
    this.volumes.listen((before, after) => this.#changed(before, after));
  }

  ofClass(name: string): VolumeClass | undefined {
    return this.#classes.get(name);
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return this.claims.get(namespace, name);
  }

  volume(name: string): PersistentVolume | undefined {
    return this.volumes.get('', name);
  }

  #changed(before: PersistentVolume | undefined, after: PersistentVolume | undefined): void {
    if (before !== undefined) this.#classFor(before).remove(this.#entry(before));
    if (after !== undefined) this.#classFor(after).add(this.#entry(after));
    else if (before !== undefined) this.#sequences.delete(before.metadata.name);
  }

  #classFor(volume: PersistentVolume): VolumeClass {
    const name = classOfVolume(volume);
    const known = this.#classes.get(name);
    if (known !== undefined) return known;
    const volumeClass = new VolumeClass(this.#cluster);
    this.#classes.set(name, volumeClass);
    return volumeClass;
  }

  #entry(volume: PersistentVolume): SizedVolume {
    const { name } = volume.metadata;
    let sequence = this.#sequences.get(name);
    if (sequence === undefined) {
      sequence = this.#next++;
      this.#sequences.set(name, sequence);
    }
    return { volume, storage: storageOfVolume(volume), sequence };
  }
}

export const volumeTable = (cluster: ClusterState): VolumeTable => new VolumeTable(cluster);
