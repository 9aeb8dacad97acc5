/** Objects other than nodes and pods, as the API server last gave them. */
import type { SchedulingKind, SchedulingObjects } from '../../api/objects.ts';

export type StoredKind = Exclude<SchedulingKind, 'Node' | 'Pod'>;

export class ObjectTable {
  readonly #tables = new Map<StoredKind, Map<string, SchedulingObjects[StoredKind]>>();
  readonly #generations = new Map<StoredKind, number>();

  get<K extends StoredKind>(kind: K, namespace: string, name: string): SchedulingObjects[K] | undefined {
    return this.#tables.get(kind)?.get(`${namespace}/${name}`) as SchedulingObjects[K] | undefined;
  }

  /** In the order in which they came. */
  list<K extends StoredKind>(kind: K): Iterable<SchedulingObjects[K]> {
    return (this.#tables.get(kind)?.values() ?? []) as Iterable<SchedulingObjects[K]>;
  }

  size(kind: StoredKind): number {
    return this.#tables.get(kind)?.size ?? 0;
  }

  /** Grows with every change of an object of the kind: what was computed from them is good while it stands. */
  generation(kind: StoredKind): number {
    return this.#generations.get(kind) ?? 0;
  }

  /** Returns what was there before. */
  set<K extends StoredKind>(kind: K, object: SchedulingObjects[K]): SchedulingObjects[K] | undefined {
    const table = this.#table(kind);
    const key = objectKey(object);
    const before = table.get(key);
    table.set(key, object);
    this.#touch(kind);
    return before as SchedulingObjects[K] | undefined;
  }

  delete<K extends StoredKind>(kind: K, object: SchedulingObjects[K]): boolean {
    this.#touch(kind);
    return this.#table(kind).delete(objectKey(object));
  }

  #table(kind: StoredKind): Map<string, SchedulingObjects[StoredKind]> {
    const known = this.#tables.get(kind);
    if (known !== undefined) return known;
    const table = new Map<string, SchedulingObjects[StoredKind]>();
    this.#tables.set(kind, table);
    return table;
  }

  #touch(kind: StoredKind): void {
    this.#generations.set(kind, this.generation(kind) + 1);
  }
}

/** Kinds without namespaces are found under the empty one. */
function objectKey({ metadata }: SchedulingObjects[StoredKind]): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
