/** Free volumes of one class that the same nodes can reach and that suit the same claims. */
import type { CompiledNodeSelector } from '../../../api/label-selectors.ts';
import type { PersistentVolume } from '../../../api/objects.ts';
import { compareSizes, type SizedVolume, VolumesBySize } from '../../../cluster/volumes-by-size.ts';
import type { ClaimDemand } from './claim-demand.ts';
import type { Anchor } from './label-index.ts';

export class VolumeGroup {
  readonly key: string;
  readonly affinity: CompiledNodeSelector | undefined;
  readonly anchor: Anchor | undefined;
  /** One of its volumes: all are alike but for size and labels. */
  readonly #sample: PersistentVolume;
  readonly #volumes = new VolumesBySize();
  #version = 0;

  constructor(
    key: string,
    affinity: CompiledNodeSelector | undefined,
    anchor: Anchor | undefined,
    sample: PersistentVolume,
  ) {
    this.key = key;
    this.affinity = affinity;
    this.anchor = anchor;
    this.#sample = sample;
  }

  get isEmpty(): boolean {
    return this.#volumes.isEmpty;
  }

  /** Another number whenever it holds other volumes. */
  get version(): number {
    return this.#version;
  }

  add(entry: SizedVolume): void {
    this.#volumes.add(entry);
    this.#version += 1;
  }

  remove(entry: SizedVolume): void {
    this.#volumes.remove(entry);
    this.#version += 1;
  }

  /** The smallest that will do. @param chosen names of volumes that will not */
  smallest(demand: ClaimDemand, chosen?: ReadonlySet<string>): SizedVolume | undefined {
    if (!demand.suitsLikeOf(this.#sample)) return undefined;
    return this.#volumes.first(
      demand.storage,
      ({ metadata: { name, labels } }) => demand.selects(labels) && chosen?.has(name) !== true,
    );
  }
}

/** The smaller one, or the one that came first. */
export function smaller(a: SizedVolume | undefined, b: SizedVolume | undefined): SizedVolume | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareSizes(a, b) < 0 ? a : b;
}
