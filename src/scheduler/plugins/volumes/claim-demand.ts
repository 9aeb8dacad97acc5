/** What a claim asks of a free volume, its class apart. Source: component-helpers storage/volume, FindMatchingVolume. */
import { type CompiledSelector, compileLabelSelector } from '../../../api/label-selectors.ts';
import type { Labels, PersistentVolume, PersistentVolumeClaim } from '../../../api/objects.ts';

export class ClaimDemand {
  /** The same for claims that ask for the same. */
  readonly key: string;
  /** As written. */
  readonly storage: string;
  readonly #spec: PersistentVolumeClaim['spec'];
  readonly #selector: CompiledSelector | undefined;

  constructor({ spec }: PersistentVolumeClaim) {
    const { accessModes, resources, selector } = spec;
    this.storage = resources.requests.storage ?? '0';
    this.#spec = spec;
    this.#selector = selector === undefined ? undefined : compileLabelSelector(selector);
    this.key = `${this.storage} ${accessModes.join()} ${likenessOf(spec)} ${this.#selector?.key ?? ''}`;
  }

  /** Whether the volume is of the same mode and has the same attributes. */
  isAlike({ spec }: PersistentVolume): boolean {
    return spec.volumeMode === this.#spec.volumeMode && attributesOf(spec) === attributesOf(this.#spec);
  }

  /** Whether volumes with the likeness of this one will do, but for their size and labels. */
  suitsLikeOf(volume: PersistentVolume): boolean {
    return this.isAlike(volume) && this.#spec.accessModes.every((mode) => volume.spec.accessModes.includes(mode));
  }

  selects(labels: Labels): boolean {
    return this.#selector === undefined || this.#selector.matches(labels);
  }
}

/** What a demand goes by, but for size and labels, as a text. */
export function volumeLikeness({ spec }: PersistentVolume): string {
  return `${spec.accessModes.join()} ${likenessOf(spec)}`;
}

interface Alike {
  readonly volumeMode: string;
  readonly volumeAttributesClassName?: string;
}

function likenessOf(spec: Alike): string {
  return `${spec.volumeMode} ${attributesOf(spec)}`;
}

function attributesOf({ volumeAttributesClassName = '' }: Alike): string {
  return volumeAttributesClassName;
}
