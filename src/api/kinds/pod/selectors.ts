/** Selectors of pods and nodes as scheduling reads them. */
import { z } from 'zod';
import { labelKey, problem, strictObject } from '../../fields.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../objects.ts';

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] as const;

const nodeRequirement = strictObject({
  key: labelKey,
  operator: z.enum(operators),
  values: z.array(z.string()).default([]),
}).check(({ value, issues }) => {
  const { operator, values } = value;
  const needs = {
    In: 'many',
    NotIn: 'many',
    Exists: 'none',
    DoesNotExist: 'none',
    Gt: 'integer',
    Lt: 'integer',
  } as const;
  const allowed = {
    many: `at least one value for ${operator}`,
    none: `no values for ${operator}`,
    integer: `one whole number for ${operator}`,
  };
  const need = needs[operator];
  const fits =
    need === 'many'
      ? values.length > 0
      : need === 'none'
        ? values.length === 0
        : values.length === 1 && /^[+-]?\d+$/.test(values[0] ?? '');
  if (!fits) issues.push(problem('does not fit the operator', ['values'], values, allowed[need]));
});

const fieldRequirement = strictObject({
  key: z.literal('metadata.name'),
  operator: z.enum(['In', 'NotIn']),
  values: z.array(z.string()),
}).check(({ value: { values }, issues }) => {
  if (values.length !== 1) issues.push(problem('does not fit the key', ['values'], values, 'the name of one node'));
});

export const nodeSelectorTerm: z.ZodType<NodeSelectorTerm> = strictObject({
  matchExpressions: z.array(nodeRequirement as z.ZodType<NodeSelectorRequirement>).default([]),
  matchFields: z.array(fieldRequirement as z.ZodType<NodeSelectorRequirement>).default([]),
});

export const nodeSelector: z.ZodType<NodeSelector> = strictObject({
  nodeSelectorTerms: z.array(nodeSelectorTerm),
}).check(({ value: { nodeSelectorTerms }, issues }) => {
  if (nodeSelectorTerms.length > 0) return;
  issues.push(problem('is empty', ['nodeSelectorTerms'], nodeSelectorTerms, 'at least one term'));
});
