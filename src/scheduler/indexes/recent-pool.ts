/** Things that can be made again, but not for nothing: when there are too many, those not asked for the longest go. */

export interface Pooled {
  /** Set by the pool: a number that grows with each time that anything is asked for. */
  lastUsed: number;
}

export class RecentPool<K, V extends Pooled> {
  readonly #limit: number;
  readonly #dropped: (value: V) => void;
  readonly #values = new Map<K, V>();
  #uses = 0;

  /**
   * @param limit how many are kept, at least 4
   * @param dropped is told of each that goes
   */
  constructor(limit: number, dropped: (value: V) => void = () => undefined) {
    this.#limit = limit;
    this.#dropped = dropped;
  }

  get size(): number {
    return this.#values.size;
  }

  values(): Iterable<V> {
    return this.#values.values();
  }

  /** The one of `key`; `make` makes it where there is none (any more). */
  get(key: K, make: () => V): V {
    let value = this.#values.get(key);
    if (value === undefined) {
      if (this.#values.size >= this.#limit) this.#dropOldest();
      value = make();
      this.#values.set(key, value);
    }
    this.touch(value);
    return value;
  }

  /** As if it had been asked for. */
  touch(value: V): void {
    this.#uses += 1;
    value.lastUsed = this.#uses;
  }

  dropWhere(isUnwanted: (value: V) => boolean): void {
    for (const [key, value] of this.#values) {
      if (!isUnwanted(value)) continue;
      this.#values.delete(key);
      this.#dropped(value);
    }
  }

  /** A quarter of them at once, so that the work of finding the oldest is spread over many that are made. */
  #dropOldest(): void {
    const uses = [...this.#values.values()].map(({ lastUsed }) => lastUsed).sort((a, b) => a - b);
    const bound = uses[Math.ceil(this.#limit / 4) - 1] as number;
    this.dropWhere(({ lastUsed }) => lastUsed <= bound);
  }
}
