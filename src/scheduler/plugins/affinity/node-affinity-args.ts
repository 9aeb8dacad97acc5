/** NodeAffinityArgs: affinity that a profile adds to all of its pods, written as in a pod. */
import { z } from 'zod';
import type { NodeAffinity } from '../../../api/objects.ts';

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] as const;

const requirement = z
  .strictObject({
    key: z.string().min(1),
    operator: z.enum(operators),
    values: z.array(z.string()).default([]),
  })
  .refine(
    ({ operator, values }) => (operator !== 'In' && operator !== 'NotIn') || values.length > 0,
    'operators In and NotIn need values',
  )
  .refine(
    ({ operator, values }) => (operator !== 'Exists' && operator !== 'DoesNotExist') || values.length === 0,
    'operators Exists and DoesNotExist take no values',
  )
  .refine(
    ({ operator, values }) =>
      (operator !== 'Gt' && operator !== 'Lt') || (values.length === 1 && /^[+-]?\d+$/.test(values[0] ?? '')),
    'operators Gt and Lt need one value, a whole number',
  );

const field = requirement
  .refine(({ key }) => key === 'metadata.name', 'metadata.name is the only field that can be matched')
  .refine(
    ({ operator, values }) => (operator === 'In' || operator === 'NotIn') && values.length === 1,
    'fields are matched with In or NotIn and one value',
  );

const term = z.strictObject({
  matchExpressions: z.array(requirement).default([]),
  matchFields: z.array(field).default([]),
});

export const nodeAffinityArgs = z.strictObject({
  addedAffinity: z
    .strictObject({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .strictObject({ nodeSelectorTerms: z.array(term).min(1) })
        .optional(),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.strictObject({ weight: z.int().min(1).max(100), preference: term }))
        .default([]),
    })
    .transform(
      ({
        requiredDuringSchedulingIgnoredDuringExecution: required,
        preferredDuringSchedulingIgnoredDuringExecution: preferred,
      }): NodeAffinity => (required === undefined ? { preferred } : { required, preferred }),
    )
    .optional(),
});
export type NodeAffinityArgs = z.output<typeof nodeAffinityArgs>;
