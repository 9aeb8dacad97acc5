/** Label selectors (apimachinery meta/v1 LabelSelector). */
import { z } from 'zod';
import { labelKey, labels, problem, strictObject } from './fields.ts';
import { compileLabelSelector } from './label-selectors.ts';

const requirement = strictObject({
  key: labelKey,
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).default([]),
}).check(({ value, issues }) => {
  const needsValues = value.operator === 'In' || value.operator === 'NotIn';
  if (needsValues === value.values.length > 0) return;
  const allowed = needsValues ? `at least one value for ${value.operator}` : `no values for ${value.operator}`;
  issues.push(problem('does not fit the operator', ['values'], value.values, allowed));
});

export const labelSelector = strictObject({
  matchLabels: labels.default({}),
  matchExpressions: z.array(requirement).default([]),
});
export type LabelSelector = z.output<typeof labelSelector>;

type Labels = Readonly<Record<string, string>>;

/** A Service's selector: every pair must be among the labels. An empty one selects nothing here: it means "managed by hand". */
export function matchesLabels(selector: Labels, candidate: Labels): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => candidate[key] === value);
}

/** A workload's selector. An empty one selects everything. */
export function matchesSelector(selector: LabelSelector, candidate: Labels): boolean {
  return compileLabelSelector(selector).matches(candidate);
}
