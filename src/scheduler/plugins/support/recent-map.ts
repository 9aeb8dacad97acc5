/** A map that forgets what has not been asked for the longest. */

export class RecentMap<V> {
  readonly #limit: number;
  readonly #values = new Map<string, V>();
  #lastKey: string | undefined;
  #lastValue: V | undefined;

  /** @param limit entries that are kept, at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The value of `key`; `make` makes it where there is none (any more). */
  get(key: string, make: () => V): V {
    if (key === this.#lastKey) return this.#lastValue as V;
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    this.#lastKey = key;
    this.#lastValue = value;
    if (this.#values.size > this.#limit) {
      const [oldest] = this.#values.keys();
      if (oldest !== undefined) this.#values.delete(oldest);
    }
    return value;
  }
}
