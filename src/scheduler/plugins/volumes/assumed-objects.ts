/**
 * Objects as they will be once the API server has been told of a decision, laid over those that it has given. What it
 * says of one from then on is taken for the truth. Source: kube-scheduler util/assumecache.
 */
import type { SchedulingObjects } from '../../../api/objects.ts';
import type { ObjectListener, ObjectTable, StoredKind } from '../../cluster/object-table.ts';

export class AssumedObjects<K extends StoredKind> {
  readonly #objects: ObjectTable;
  readonly #kind: K;
  readonly #assumed = new Map<string, SchedulingObjects[K]>();
  readonly #listeners: ObjectListener<K>[] = [];

  constructor(objects: ObjectTable, kind: K) {
    this.#objects = objects;
    this.#kind = kind;
    objects.listen(kind, (before, after) => {
      const object = after ?? before;
      if (object === undefined) return;
      const key = keyOf(object);
      const known = this.#assumed.get(key) ?? before;
      this.#assumed.delete(key);
      this.#tell(known, after);
    });
  }

  /** Of every change of what `get` gives. */
  listen(listener: ObjectListener<K>): void {
    this.#listeners.push(listener);
  }

  get(namespace: string, name: string): SchedulingObjects[K] | undefined {
    if (this.#assumed.size > 0) {
      const assumed = this.#assumed.get(`${namespace}/${name}`);
      if (assumed !== undefined) return assumed;
    }
    return this.#objects.get(this.#kind, namespace, name);
  }

  assume(object: SchedulingObjects[K]): void {
    const key = keyOf(object);
    const before = this.get(object.metadata.namespace ?? '', object.metadata.name);
    this.#assumed.set(key, object);
    this.#tell(before, object);
  }

  /** Forgets an assumption; nothing happens where there is none. */
  restore({ metadata: { namespace = '', name } }: SchedulingObjects[K]): void {
    const key = `${namespace}/${name}`;
    const assumed = this.#assumed.get(key);
    if (assumed === undefined) return;
    this.#assumed.delete(key);
    this.#tell(assumed, this.#objects.get(this.#kind, namespace, name));
  }

  #tell(before: SchedulingObjects[K] | undefined, after: SchedulingObjects[K] | undefined): void {
    for (const listener of this.#listeners) listener(before, after);
  }
}

function keyOf({ metadata }: SchedulingObjects[StoredKind]): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
