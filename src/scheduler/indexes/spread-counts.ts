/** Pods counted by domain, with the least count of all domains at hand. */
import { grownInt32 } from '../cluster/growable.ts';
import type { Tally } from './domain-counts.ts';
import type { NodeDomains } from './node-domains.ts';

export class SpreadCounts implements Tally {
  readonly domains: NodeDomains;
  #counts: Int32Array;
  #least = 0;
  /** Domains that have the least count; 0: it is not known any more. */
  #atLeast = 0;
  /** Of the domains when the least count was looked for. */
  #generation = -1;

  constructor(domains: NodeDomains) {
    this.domains = domains;
    this.#counts = new Int32Array(domains.width);
  }

  /** By domain; there is a place for each. */
  get counts(): Int32Array {
    this.#fit(this.domains.width - 1);
    return this.#counts;
  }

  /** Of the domains that have a node. 0 if there are none. */
  get least(): number {
    if (this.#atLeast === 0 || this.#generation !== this.domains.generation) this.#findLeast();
    return this.#least;
  }

  add(domain: number, amount: number): void {
    this.#fit(domain);
    const before = this.#counts[domain] as number;
    const after = before + amount;
    this.#counts[domain] = after;
    if (this.#atLeast === 0 || amount === 0 || !this.domains.hasNodes(domain)) return;
    // One domain after the other leaves the least count, so that it is looked for once for as many changes.
    if (after < this.#least) {
      this.#least = after;
      this.#atLeast = 1;
    } else if (before === this.#least) this.#atLeast -= 1;
    else if (after === this.#least) this.#atLeast += 1;
  }

  #findLeast(): void {
    const { domains, counts } = this;
    let least = Number.POSITIVE_INFINITY;
    let atLeast = 0;
    for (let domain = 0; domain < counts.length; domain += 1) {
      const count = counts[domain] as number;
      if (count > least || !domains.hasNodes(domain)) continue;
      if (count < least) {
        least = count;
        atLeast = 0;
      }
      atLeast += 1;
    }
    this.#least = atLeast === 0 ? 0 : least;
    this.#atLeast = atLeast;
    this.#generation = domains.generation;
  }

  #fit(domain: number): void {
    const { length } = this.#counts;
    if (domain >= length) this.#counts = grownInt32(this.#counts, Math.max(2 * length, domain + 1));
  }
}
