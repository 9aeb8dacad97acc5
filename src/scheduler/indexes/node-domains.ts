/** Which topology domain each node counts for, in one way of looking at nodes; kept by NodeDomainsTable. */
import type { Node } from '../../api/objects.ts';
import { grownInt32 } from '../cluster/growable.ts';
import { noDomain } from '../cluster/topology-column.ts';

/** How nodes are looked at. */
export interface Zoning {
  /** The number of a node's domain, or `noDomain`: pods on the slot do not count anywhere. */
  domainOf(slot: number, node: Node | undefined): number;
  /** Domains have numbers below this. It only grows. */
  width(): number;
}

export class NodeDomains {
  lastUsed = 0;
  readonly #zoning: Zoning;
  #of: Int32Array;
  #nodes: Int32Array;
  #domainCount = 0;
  #generation = 0;

  constructor(zoning: Zoning, capacity: number) {
    this.#zoning = zoning;
    this.#of = new Int32Array(capacity).fill(noDomain);
    this.#nodes = new Int32Array(zoning.width());
  }

  /** By slot. */
  get of(): Int32Array {
    return this.#of;
  }

  get width(): number {
    return this.#zoning.width();
  }

  /** Domains that at least one node counts for. */
  get domainCount(): number {
    return this.#domainCount;
  }

  /** Another number each time that a domain has got its first node or lost its last. */
  get generation(): number {
    return this.#generation;
  }

  hasNodes(domain: number): boolean {
    return (this.#nodes[domain] ?? 0) > 0;
  }

  /** The node of a slot is another one now, or has changed. Returns the domain that the slot had before. */
  refresh(slot: number, node: Node | undefined): number {
    const before = this.#of[slot] as number;
    const after = this.#zoning.domainOf(slot, node);
    if (before === after) return before;
    this.#of[slot] = after;
    if (before !== noDomain) this.#count(before, -1);
    if (after !== noDomain) this.#count(after, 1);
    return before;
  }

  grow(capacity: number): void {
    const from = this.#of.length;
    this.#of = grownInt32(this.#of, capacity, noDomain);
    for (let slot = from; slot < capacity; slot += 1) this.refresh(slot, undefined);
  }

  #count(domain: number, change: 1 | -1): void {
    if (domain >= this.#nodes.length) this.#nodes = grownInt32(this.#nodes, 2 * (domain + 1));
    const before = this.#nodes[domain] as number;
    this.#nodes[domain] = before + change;
    if (before !== 0 && before + change !== 0) return;
    this.#domainCount += change;
    this.#generation += 1;
  }
}
