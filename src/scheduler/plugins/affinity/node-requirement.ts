/** What pods demand or prefer of the labels and names of nodes. Source: component-helpers nodeaffinity.go. */
import { compileLabelSelector, compileNodeSelector, compileNodeSelectorTerm } from '../../../api/label-selectors.ts';
import type { Node, NodeAffinity, NodeSelectorTerm, PodSpec } from '../../../api/objects.ts';

/** nodeSelector and required node affinity, together. */
export interface NodeRequirement {
  /** Equal for requirements that say the same. */
  readonly key: string;
  matches(node: Node): boolean;
}

/** Undefined where a pod demands nothing. */
export function nodeRequirement({ nodeSelector, affinity }: PodSpec): NodeRequirement | undefined {
  const required = affinity.nodeAffinity?.required;
  if (Object.keys(nodeSelector).length === 0 && required === undefined) return undefined;
  const bySelector = compileLabelSelector({ matchLabels: nodeSelector, matchExpressions: [] });
  const byAffinity = required === undefined ? undefined : compileNodeSelector(required);
  return {
    key: JSON.stringify([bySelector.key, byAffinity?.key]),
    matches: ({ metadata: { labels, name } }) =>
      bySelector.matches(labels) && (byAffinity === undefined || byAffinity.matches(labels, name)),
  };
}

/**
 * The only nodes that required affinity can be met on, where each of its terms names some: `undefined` where one does
 * not. Empty when the terms contradict themselves.
 */
export function namedNodes({ affinity }: PodSpec): ReadonlySet<string> | undefined {
  const terms = affinity.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  const all = new Set<string>();
  for (const term of terms) {
    const names = namesOf(term);
    if (names === undefined) return undefined;
    for (const name of names) all.add(name);
  }
  return all;
}

function namesOf({ matchFields }: NodeSelectorTerm): readonly string[] | undefined {
  let names: readonly string[] | undefined;
  for (const { key, operator, values } of matchFields) {
    if (key !== 'metadata.name' || operator !== 'In') continue;
    names = names === undefined ? values : names.filter((name) => values.includes(name));
  }
  return names;
}

/** Σ weight of the preferred terms that a node meets. */
export function preferenceOf(preferred: NodeAffinity['preferred']): (node: Node) => number {
  const terms = preferred
    .filter(({ weight }) => weight !== 0)
    .map(({ weight, preference }) => ({ weight, term: compileNodeSelectorTerm(preference) }));
  return ({ metadata: { labels, name } }) => {
    let sum = 0;
    for (const { weight, term } of terms) if (term.matches(labels, name)) sum += weight;
    return sum;
  };
}
