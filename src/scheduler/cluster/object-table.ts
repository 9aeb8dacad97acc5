/** Objects other than nodes and pods, as the API server last gave them. */
import type { SchedulingKind, SchedulingObjects } from '../../api/objects.ts';

export type StoredKind = Exclude<SchedulingKind, 'Node' | 'Pod'>;

/** What an object was and is: without `before` it is new, without `after` it is gone. */
export type ObjectListener<K extends StoredKind> = (
  before: SchedulingObjects[K] | undefined,
  after: SchedulingObjects[K] | undefined,
) => void;

export class ObjectTable {
  readonly #listeners = new Map<StoredKind, ObjectListener<StoredKind>[]>();
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

  /** Is told of every later change of an object of the kind, once the table has it. */
  listen<K extends StoredKind>(kind: K, listener: ObjectListener<K>): void {
    const listeners = this.#listeners.get(kind) ?? [];
    listeners.push(listener as ObjectListener<StoredKind>);
    this.#listeners.set(kind, listeners);
  }

  /** Returns what was there before. */
  set<K extends StoredKind>(kind: K, object: SchedulingObjects[K]): SchedulingObjects[K] | undefined {
    const table = this.#table(kind);
    const key = objectKey(object);
    const before = table.get(key);
    table.set(key, object);
    this.#touch(kind);
    this.#tell(kind, before, object);
    return before as SchedulingObjects[K] | undefined;
  }

  delete<K extends StoredKind>(kind: K, object: SchedulingObjects[K]): boolean {
    const table = this.#table(kind);
    const key = objectKey(object);
    const before = table.get(key);
    const isDeleted = table.delete(key);
    this.#touch(kind);
    if (before !== undefined) this.#tell(kind, before, undefined);
    return isDeleted;
  }

  #tell(kind: StoredKind, ...change: Parameters<ObjectListener<StoredKind>>): void {
    for (const listener of this.#listeners.get(kind) ?? []) listener(...change);
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
