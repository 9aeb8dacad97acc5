/** The values of one node label as small numbers, by slot: what affinity and spreading count by. */
import type { Node } from '../../api/objects.ts';
import { grownInt32 } from './growable.ts';

/** In place of a domain: the node has no such label. */
export const noDomain = -1;

/** A value keeps its number as long as the column lives, also when no node has it any more. */
export class TopologyColumn {
  readonly key: string;
  readonly #values: string[] = [];
  readonly #byValue = new Map<string, number>();
  readonly #nodeCounts: number[] = [];
  #domains: Int32Array;

  constructor(key: string, capacity: number) {
    this.key = key;
    this.#domains = new Int32Array(capacity).fill(noDomain);
  }

  /** By slot: the number of the node's value, or `noDomain`. */
  get domains(): Int32Array {
    return this.#domains;
  }

  /** How many numbers have been given out. */
  get domainCount(): number {
    return this.#values.length;
  }

  /** Nodes that have the value now. */
  nodeCount(domain: number): number {
    return this.#nodeCounts[domain] ?? 0;
  }

  value(domain: number): string | undefined {
    return this.#values[domain];
  }

  domainOf(value: string): number {
    return this.#byValue.get(value) ?? noDomain;
  }

  set(slot: number, node: Node | undefined): void {
    const value = node?.metadata.labels[this.key];
    const domain = value === undefined ? noDomain : this.#number(value);
    const before = this.#domains[slot] ?? noDomain;
    if (before === domain) return;
    this.#domains[slot] = domain;
    if (before !== noDomain) this.#nodeCounts[before] = (this.#nodeCounts[before] ?? 0) - 1;
    if (domain !== noDomain) this.#nodeCounts[domain] = (this.#nodeCounts[domain] ?? 0) + 1;
  }

  grow(capacity: number): void {
    this.#domains = grownInt32(this.#domains, capacity, noDomain);
  }

  #number(value: string): number {
    const known = this.#byValue.get(value);
    if (known !== undefined) return known;
    this.#values.push(value);
    this.#byValue.set(value, this.#values.length - 1);
    return this.#values.length - 1;
  }
}
