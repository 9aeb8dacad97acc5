/** Pods counted by domain. */
import { grownInt32 } from '../cluster/growable.ts';
import type { NodeDomains } from './node-domains.ts';

/** What a change of a pod or a node adds to. */
export interface Tally {
  readonly domains: NodeDomains;
  /**
   * Pods have come to a domain or, with both numbers negative, gone from it.
   * @param amount what they are worth together; of either sign where they weigh
   */
  add(domain: number, amount: number, pods: number): void;
}

/** Arrays up to this many places are not worth saving. */
const smallWidth = 512;
/** An entry of a map takes as much memory as so many places of an array. */
const placesPerEntry = 8;

/**
 * Sums of what pods are worth, by domain. Few pods among many domains are kept in a map, and others in an array: the
 * memory of all counts together is in proportion to the pods that they count.
 */
export class DomainCounts implements Tally {
  readonly domains: NodeDomains;
  #sparse: Map<number, number> | undefined;
  #dense: Int32Array | undefined;
  #pods = 0;

  constructor(domains: NodeDomains) {
    this.domains = domains;
    if (domains.width <= smallWidth) this.#dense = new Int32Array(domains.width);
    else this.#sparse = new Map();
  }

  /** No pod counts anywhere. Pods that are worth 0 together do count. */
  get isEmpty(): boolean {
    return this.#pods === 0;
  }

  /** By domain, where it is kept that way; a domain beyond the end has 0. */
  get dense(): Int32Array | undefined {
    return this.#dense;
  }

  at(domain: number): number {
    if (this.#dense !== undefined) return this.#dense[domain] ?? 0;
    return this.#sparse?.get(domain) ?? 0;
  }

  add(domain: number, amount: number, pods: number): void {
    this.#pods += pods;
    const sparse = this.#sparse;
    if (sparse === undefined) {
      this.#addDense(domain, amount);
      return;
    }
    const sum = (sparse.get(domain) ?? 0) + amount;
    if (sum === 0) sparse.delete(domain);
    else sparse.set(domain, sum);
    if (sparse.size * placesPerEntry <= this.domains.width) return;
    this.#sparse = undefined;
    this.#dense = new Int32Array(this.domains.width);
    for (const [each, count] of sparse) this.#addDense(each, count);
  }

  #addDense(domain: number, amount: number): void {
    let dense = this.#dense ?? new Int32Array(0);
    if (domain >= dense.length) dense = grownInt32(dense, Math.max(2 * dense.length, domain + 1));
    dense[domain] = (dense[domain] as number) + amount;
    this.#dense = dense;
  }
}
