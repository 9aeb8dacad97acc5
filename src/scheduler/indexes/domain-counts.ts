/** Pods counted by the value of a node label: what one topology key makes of a tally. */
import type { Node } from '../../api/objects.ts';
import { grownInt32 } from '../cluster/growable.ts';
import { noDomain, type TopologyColumn } from '../cluster/topology-column.ts';

/** Follows a tally of pods by slot. */
export interface TallyView {
  /** The pods of a slot that has a node have changed by `delta`. */
  added(slot: number, delta: number): void;
  /** A node came, changed or went; `pods` of the tally are on its slot. */
  nodeChanged(slot: number, before: Node | undefined, after: Node | undefined, pods: number): void;
  grown?(capacity: number): void;
}

export class DomainCounts implements TallyView {
  readonly column: TopologyColumn;
  #counts: Int32Array = new Int32Array(4);
  #total = 0;

  constructor(column: TopologyColumn) {
    this.column = column;
  }

  /** By domain of the column; a domain beyond the end has 0. */
  get counts(): Int32Array {
    return this.#counts;
  }

  /** Over all domains: pods on nodes that have the label. */
  get total(): number {
    return this.#total;
  }

  added(slot: number, delta: number): void {
    this.#add(this.column.domains[slot] as number, delta);
  }

  nodeChanged(slot: number, before: Node | undefined, _after: Node | undefined, pods: number): void {
    if (pods === 0) return;
    this.#add(domainOf(this.column, before), -pods);
    this.#add(this.column.domains[slot] as number, pods);
  }

  #add(domain: number, delta: number): void {
    if (domain === noDomain) return;
    if (domain >= this.#counts.length) this.#counts = grownInt32(this.#counts, capacityFor(domain));
    this.#counts[domain] = (this.#counts[domain] as number) + delta;
    this.#total += delta;
  }
}

/** The domain that a node object has by its labels; columns keep the numbers of values for good. */
export function domainOf(column: TopologyColumn, node: Node | undefined): number {
  const value = node?.metadata.labels[column.key];
  return value === undefined ? noDomain : column.domainOf(value);
}

export function capacityFor(index: number): number {
  return 2 ** Math.ceil(Math.log2(index + 2));
}
