/** Claims that have no volume yet and would take the first that suits them, alike ones together. */
import { compileLabelSelector } from '../api/label-selectors.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../api/objects.ts';
import { classOfClaim, classOfVolume, isLargeEnough, isLike } from './claim-match.ts';

/** Claims that ask for the same: what suits one of them suits all. */
interface Group {
  readonly example: PersistentVolumeClaim;
  readonly matches: (labels: PersistentVolume['metadata']['labels']) => boolean;
  readonly claims: Map<string, PersistentVolumeClaim>;
}

export class PendingClaims {
  readonly #classes = new Map<string, Map<string, Group>>();
  readonly #groups = new Map<string, Group>();
  /** Claims that ask for one volume, by its name. */
  readonly #byVolume = new Map<string, Map<string, PersistentVolumeClaim>>();
  readonly #named = new Map<string, string>();

  add(claim: PersistentVolumeClaim): void {
    const key = keyOf(claim);
    this.delete(claim);
    const { volumeName } = claim.spec;
    if (volumeName !== '') {
      this.#named.set(key, volumeName);
      this.#byVolume.set(volumeName, (this.#byVolume.get(volumeName) ?? new Map()).set(key, claim));
      return;
    }
    const group = this.#groupOf(claim);
    group.claims.set(key, claim);
    this.#groups.set(key, group);
  }

  delete(claim: PersistentVolumeClaim): void {
    const key = keyOf(claim);
    const named = this.#named.get(key);
    if (named !== undefined) this.#byVolume.get(named)?.delete(key);
    this.#named.delete(key);
    this.#groups.get(key)?.claims.delete(key);
    this.#groups.delete(key);
  }

  ofClass(className: string): PersistentVolumeClaim[] {
    return [...(this.#classes.get(className)?.values() ?? [])].flatMap(({ claims }) => [...claims.values()]);
  }

  /** Those which a free volume suits: the ones that ask for it by name, then the first of each kind. */
  wanting(volume: PersistentVolume): PersistentVolumeClaim[] {
    const { name, labels } = volume.metadata;
    const wanting = [...(this.#byVolume.get(name)?.values() ?? [])];
    for (const { example, matches, claims } of this.#classes.get(classOfVolume(volume))?.values() ?? []) {
      const [first] = claims.values();
      if (first === undefined || !matches(labels)) continue;
      if (isLike(volume, example) && isLargeEnough(volume, example)) wanting.push(first);
    }
    return wanting;
  }

  #groupOf(claim: PersistentVolumeClaim): Group {
    const className = classOfClaim(claim);
    const groups = this.#classes.get(className) ?? new Map<string, Group>();
    this.#classes.set(className, groups);
    const { accessModes, selector, resources, volumeMode, volumeAttributesClassName } = claim.spec;
    const key = JSON.stringify([accessModes, selector, resources.requests, volumeMode, volumeAttributesClassName]);
    const matches = selector === undefined ? (): boolean => true : compileLabelSelector(selector).matches;
    const group = groups.get(key) ?? { example: claim, matches, claims: new Map() };
    groups.set(key, group);
    return group;
  }
}

function keyOf({ metadata }: PersistentVolumeClaim): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}
