/** Names and identities for objects that are made by the thousand. */

/** Like the API server's, but in order instead of at random: the same workload gives the same names. */
export class NameSource {
  #serial = 0;

  /** `prefix` and five characters or more, used once in a run. */
  generate(prefix: string): string {
    this.#serial += 1;
    return `${prefix}${this.#serial.toString(36).padStart(5, '0')}`;
  }

  uid(): string {
    this.#serial += 1;
    return `perf-${this.#serial}`;
  }
}
