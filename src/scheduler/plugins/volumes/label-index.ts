/**
 * Finds the few of many selectors that may match a node. Where a selector demands one of some values of a label (a
 * local volume: one hostname), it is kept under those values, and only nodes that have one of them look at it.
 */
import type { LabelSelector, Labels, NodeSelector } from '../../../api/objects.ts';

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

export class LabelIndex<T> {
  readonly #anchored = new Map<string, Map<string, Set<T>>>();
  readonly #others = new Set<T>();

  add(item: T, anchor: Anchor | undefined): void {
    if (anchor === undefined) {
      this.#others.add(item);
      return;
    }
    const values = this.#anchored.get(anchor.label) ?? new Map<string, Set<T>>();
    this.#anchored.set(anchor.label, values);
    for (const value of anchor.values) {
      const items = values.get(value);
      if (items === undefined) values.set(value, new Set([item]));
      else items.add(item);
    }
  }

  /** With the anchor that it was added with. */
  delete(item: T, anchor: Anchor | undefined): void {
    if (anchor === undefined) {
      this.#others.delete(item);
      return;
    }
    const values = this.#anchored.get(anchor.label);
    for (const value of anchor.values) {
      const items = values?.get(value);
      items?.delete(item);
      if (items?.size === 0) values?.delete(value);
    }
    if (values?.size === 0) this.#anchored.delete(anchor.label);
  }

  /** Visits all that may match a node with these labels, each once; whether they do is for the visitor to find out. */
  visit(labels: Labels, visitor: (item: T) => void): void {
    for (const item of this.#others) visitor(item);
    for (const [label, values] of this.#anchored) {
      const value = labels[label];
      const items = value === undefined ? undefined : values.get(value);
      if (items !== undefined) for (const item of items) visitor(item);
    }
  }
}
