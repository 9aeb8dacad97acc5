/** Label selectors as predicates. */
import type { LabelSelector, LabelSelectorRequirement, Labels } from '../../../src/api/objects.ts';

export interface Selector {
  /** Says nothing at all, and so matches everything. */
  readonly isEmpty: boolean;
  readonly matches: (labels: Labels) => boolean;
}

/** What an absent selector stands for. */
export const nothing: Selector = { isEmpty: false, matches: () => false };

/** Absent: nothing. Empty: everything. */
export function selectorOf(selector: LabelSelector | undefined): Selector {
  if (selector === undefined) return nothing;
  const { matchLabels, matchExpressions } = selector;
  const labels = setSelector(matchLabels);
  return {
    isEmpty: labels.isEmpty && matchExpressions.length === 0,
    matches: (candidate) =>
      labels.matches(candidate) && matchExpressions.every((requirement) => meets(requirement, candidate)),
  };
}

/** Every pair must be there. */
export function setSelector(pairs: Labels): Selector {
  const entries = Object.entries(pairs);
  return {
    isEmpty: entries.length === 0,
    matches: (candidate) => entries.every(([key, value]) => candidate[key] === value),
  };
}

/** Both at once. What matches nothing stays as it is. */
export function bothSelectors(first: Selector, second: Selector): Selector {
  if (first === nothing || second === nothing) return nothing;
  return {
    isEmpty: first.isEmpty && second.isEmpty,
    matches: (candidate) => first.matches(candidate) && second.matches(candidate),
  };
}

function meets({ key, operator, values }: LabelSelectorRequirement, candidate: Labels): boolean {
  const value = candidate[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
