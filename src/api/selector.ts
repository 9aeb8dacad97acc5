/** Label selectors (apimachinery meta/v1 LabelSelector). */
import { z } from 'zod';
import { labels, problem, strictObject } from './fields.ts';

const requirement = strictObject({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).default([]),
}).check(({ value, issues }) => {
  const needsValues = value.operator === 'In' || value.operator === 'NotIn';
  if (needsValues === value.values.length > 0) return;
  const allowed = needsValues ? `at least one value for ${value.operator}` : `no values for ${value.operator}`;
  issues.push(problem('does not fit the operator', ['values'], value.values, allowed));
});
type Requirement = z.output<typeof requirement>;

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
  if (!Object.entries(selector.matchLabels).every(([key, value]) => candidate[key] === value)) return false;
  return selector.matchExpressions.every((requirement) => matchesRequirement(requirement, candidate));
}

function matchesRequirement({ key, operator, values }: Requirement, candidate: Labels): boolean {
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
