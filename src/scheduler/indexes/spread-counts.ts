/**
 * Pods by topology domain over the nodes that count for a spread constraint, with the least count of all domains
 * always at hand.
 */
import type { Node } from '../../api/objects.ts';
import { grownInt32 } from '../cluster/growable.ts';
import { noDomain, type TopologyColumn } from '../cluster/topology-column.ts';
import { capacityFor, domainOf, type TallyView } from './domain-counts.ts';

/** Which nodes count: those that have all topology keys, and that the pod could be on by affinity and taints. */
export interface NodeEligibility {
  /** Equal for the same answers. */
  readonly key: string;
  isEligible(node: Node): boolean;
}

export class SpreadCounts implements TallyView {
  readonly column: TopologyColumn;
  readonly #eligibility: NodeEligibility;
  /** By domain: pods on eligible nodes, and how many eligible nodes there are. */
  #pods: Int32Array = new Int32Array(4);
  #nodes: Int32Array = new Int32Array(4);
  /** By slot: whether the node counts. */
  #eligible: Uint8Array;
  /** How many domains have so many pods; domains without eligible nodes are left out. */
  #histogram: number[] = [];
  #domainCount = 0;
  #least = 0;

  constructor(column: TopologyColumn, eligibility: NodeEligibility, capacity: number) {
    this.column = column;
    this.#eligibility = eligibility;
    this.#eligible = new Uint8Array(capacity);
  }

  /** By domain: pods on eligible nodes; a domain beyond the end has 0. */
  get counts(): Int32Array {
    return this.#pods;
  }

  /** Domains with at least one eligible node. */
  get domainCount(): number {
    return this.#domainCount;
  }

  /** The least count of those domains; 0 where there are none. */
  get least(): number {
    return this.#domainCount === 0 ? 0 : this.#least;
  }

  added(slot: number, delta: number): void {
    if (this.#eligible[slot] === 0) return;
    this.#change(this.column.domains[slot] as number, delta, 0);
  }

  nodeChanged(slot: number, before: Node | undefined, after: Node | undefined, pods: number): void {
    if (this.#eligible[slot] === 1) this.#change(domainOf(this.column, before), -pods, -1);
    const isEligible = after !== undefined && this.#eligibility.isEligible(after);
    this.#eligible[slot] = isEligible ? 1 : 0;
    if (isEligible) this.#change(this.column.domains[slot] as number, pods, 1);
  }

  grown(capacity: number): void {
    const grown = new Uint8Array(capacity);
    grown.set(this.#eligible);
    this.#eligible = grown;
  }

  #change(domain: number, pods: number, nodes: number): void {
    if (domain === noDomain) return;
    if (domain >= this.#pods.length) {
      this.#pods = grownInt32(this.#pods, capacityFor(domain));
      this.#nodes = grownInt32(this.#nodes, capacityFor(domain));
    }
    const podsBefore = this.#pods[domain] as number;
    const nodesBefore = this.#nodes[domain] as number;
    if (nodesBefore > 0) this.#leave(podsBefore);
    this.#pods[domain] = podsBefore + pods;
    this.#nodes[domain] = nodesBefore + nodes;
    if (nodesBefore + nodes > 0) this.#enter(podsBefore + pods);
    while (this.#domainCount > 0 && (this.#histogram[this.#least] ?? 0) === 0) this.#least += 1;
  }

  #enter(count: number): void {
    this.#histogram[count] = (this.#histogram[count] ?? 0) + 1;
    if (this.#domainCount === 0 || count < this.#least) this.#least = count;
    this.#domainCount += 1;
  }

  #leave(count: number): void {
    this.#histogram[count] = (this.#histogram[count] ?? 1) - 1;
    this.#domainCount -= 1;
  }
}
