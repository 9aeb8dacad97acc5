/**
 * Finds the few of many selectors that may match a node. Where a selector demands one of some values of a label (a
 * local volume: one hostname), it is kept under those values, and only nodes that have one of them look at it.
 */
import type { LabelSelector, NodeSelector } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { TopologyColumn } from '../../cluster/topology-column.ts';

/** Nodes without one of the values of this label cannot match. */
export interface Anchor {
  readonly label: string;
  readonly values: readonly string[];
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export function anchorOfNodeSelector({ nodeSelectorTerms }: NodeSelector): Anchor | undefined {
  const [term, ...others] = nodeSelectorTerms;
  return term === undefined || others.length > 0 ? undefined : narrowest(term.matchExpressions);
}

/** Whether having the anchor is all that is demanded of a node's labels. */
export function isAnchorAlone({ nodeSelectorTerms }: NodeSelector): boolean {
  const [term, ...others] = nodeSelectorTerms;
  if (term === undefined || others.length > 0) return false;
  const [requirement, ...more] = term.matchExpressions;
  return requirement?.operator === 'In' && more.length === 0 && term.matchFields.length === 0;
}

export function anchorOfLabelSelector({ matchLabels, matchExpressions }: LabelSelector): Anchor | undefined {
  const [pair] = Object.entries(matchLabels);
  return pair === undefined ? narrowest(matchExpressions) : { label: pair[0], values: [pair[1]] };
}

/** The demand that fewest values meet. */
function narrowest(requirements: readonly Requirement[]): Anchor | undefined {
  let best: Anchor | undefined;
  for (const { key, operator, values } of requirements) {
    if (operator !== 'In' || (best !== undefined && best.values.length <= values.length)) continue;
    best = { label: key, values: [...new Set(values)] };
  }
  return best;
}

const none: readonly never[] = [];

/** What is kept under one label. */
export class AnchoredItems<T> {
  readonly #column: TopologyColumn;
  readonly #byValue = new Map<string, Set<T>>();
  /** The same by the number of the value, for tight loops; `undefined` where it has not been asked for. */
  readonly #byDomain: (readonly T[] | undefined)[] = [];

  constructor(column: TopologyColumn) {
    this.#column = column;
  }

  get isEmpty(): boolean {
    return this.#byValue.size === 0;
  }

  /** By slot: the number of the node's value of the label, negative where it has none. */
  get domains(): Int32Array {
    return this.#column.domains;
  }

  add(item: T, value: string): void {
    const items = this.#byValue.get(value);
    if (items === undefined) this.#byValue.set(value, new Set([item]));
    else items.add(item);
    this.touch(value);
  }

  delete(item: T, value: string): void {
    const items = this.#byValue.get(value);
    items?.delete(item);
    if (items?.size === 0) this.#byValue.delete(value);
    this.touch(value);
  }

  /** Another list whenever they are others, or one of them has been touched. */
  at(domain: number): readonly T[] {
    const known = this.#byDomain[domain];
    if (known !== undefined) return known;
    const found = this.#byValue.get(this.#column.value(domain) ?? '');
    const items = found === undefined ? none : [...found];
    this.#byDomain[domain] = items;
    return items;
  }

  touch(value: string): void {
    const domain = this.#column.domainOf(value);
    if (domain >= 0) this.#byDomain[domain] = undefined;
  }
}

export class LabelIndex<T> {
  readonly #cluster: ClusterState;
  readonly #anchored = new Map<string, AnchoredItems<T>>();
  /** The same, for tight loops. */
  #list: readonly AnchoredItems<T>[] = [];
  readonly #others = new Set<T>();

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  get isEmpty(): boolean {
    return this.#others.size === 0 && this.#list.length === 0;
  }

  /** Those with an anchor, by its label. Another list whenever there are other labels. */
  get anchored(): readonly AnchoredItems<T>[] {
    return this.#list;
  }

  add(item: T, anchor: Anchor | undefined): void {
    if (anchor === undefined) {
      this.#others.add(item);
      return;
    }
    let items = this.#anchored.get(anchor.label);
    if (items === undefined) {
      items = new AnchoredItems<T>(this.#cluster.topology(anchor.label));
      this.#anchored.set(anchor.label, items);
      this.#list = [...this.#anchored.values()];
    }
    for (const value of anchor.values) items.add(item, value);
  }

  /** With the anchor that it was added with. */
  delete(item: T, anchor: Anchor | undefined): void {
    if (anchor === undefined) {
      this.#others.delete(item);
      return;
    }
    const items = this.#anchored.get(anchor.label);
    for (const value of anchor.values) items?.delete(item, value);
    if (items?.isEmpty !== true) return;
    this.#anchored.delete(anchor.label);
    this.#list = [...this.#anchored.values()];
  }

  /** Something has changed of the item that others may have remembered. */
  touch(anchor: Anchor): void {
    const items = this.#anchored.get(anchor.label);
    for (const value of anchor.values) items?.touch(value);
  }

  /** Visits all that may match a node, each once; whether they do is for the visitor to find out. */
  visit(slot: number, visitor: (item: T) => void): void {
    if (this.#others.size > 0) for (const item of this.#others) visitor(item);
    for (let place = 0; place < this.#list.length; place += 1) {
      const anchored = this.#list[place] as AnchoredItems<T>;
      const domain = anchored.domains[slot] as number;
      if (domain < 0) continue;
      const items = anchored.at(domain);
      for (let index = 0; index < items.length; index += 1) visitor(items[index] as T);
    }
  }
}
