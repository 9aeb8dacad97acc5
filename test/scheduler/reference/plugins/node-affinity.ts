/** `nodeSelector`, node affinity, and what the profile adds to it. */
import type { NodeAffinity, NodeSelectorTerm } from '../../../../src/api/objects.ts';
import { faceOf, isEmptyTerm, matchesNodeSelector, matchesTerm, meetsNodeSelection } from '../node-selectors.ts';
import {
  type Cycle,
  defaultNormalize,
  type PreFilterVerdict,
  type ReferencePlugin,
  rejected,
  skip,
  success,
  unresolvable,
} from '../plugin.ts';

export const nodeAffinity: ReferencePlugin = {
  name: 'NodeAffinity',

  preFilter({ pod, options }): PreFilterVerdict {
    const required = pod.spec.affinity.nodeAffinity?.required;
    const hasSelector = Object.keys(pod.spec.nodeSelector).length > 0;
    if (required === undefined && !hasSelector && options.addedAffinity?.required === undefined) return skip;
    const perTerm = required?.nodeSelectorTerms.map(namesOf) ?? [];
    const named = perTerm.flatMap((names) => (names === undefined ? [] : [...names]));
    if (perTerm.length === 0 || perTerm.includes(undefined)) return success;
    if (named.length === 0) return rejected(unresolvable('pod affinity terms conflict'));
    return { kind: 'success', nodeNames: new Set(named) };
  },

  filter({ pod, options }, { node }) {
    const added = options.addedAffinity?.required;
    if (added !== undefined && !matchesNodeSelector(added, faceOf(node))) {
      return unresolvable("node(s) didn't match scheduler-enforced node affinity");
    }
    if (meetsNodeSelection(pod, node)) return undefined;
    return unresolvable("node(s) didn't match Pod's node affinity/selector");
  },

  skipsScore: (cycle) => preferredOf(cycle).length === 0,

  score(cycle, node) {
    const counting = preferredOf(cycle).filter(({ preference }) => !isEmptyTerm(preference));
    const matching = counting.filter(({ preference }) => matchesTerm(preference, faceOf(node)));
    return matching.reduce((sum, { weight }) => sum + weight, 0);
  },

  normalize: (_cycle, _feasible, raw) => defaultNormalize(raw, false),
};

function preferredOf({ pod, options }: Cycle): NodeAffinity['preferred'] {
  return [...(options.addedAffinity?.preferred ?? []), ...(pod.spec.affinity.nodeAffinity?.preferred ?? [])];
}

/** The names that all fields of a term allow; `undefined` where it says nothing about names. */
function namesOf({ matchFields }: NodeSelectorTerm): readonly string[] | undefined {
  const lists = matchFields
    .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
    .map(({ values }) => values);
  const [first, ...others] = lists;
  return first?.filter((name) => others.every((names) => names.includes(name)));
}
