/** Affinity, tolerations and spreading of pods, with the API server's defaults. */
import { z } from 'zod';
import { dnsLabel, labelKey, problem, strictObject, wholeNumber } from '../../fields.ts';
import type { Affinity, PodAffinity, PodAffinityTerm, Toleration, TopologySpreadConstraint } from '../../objects.ts';
import { labelSelector } from '../../selector.ts';
import { nodeSelector, nodeSelectorTerm } from './selectors.ts';

const weight = wholeNumber(1, 100);

const keys = z.array(labelKey).default([]);

const podAffinityTerm: z.ZodType<PodAffinityTerm> = strictObject({
  labelSelector: labelSelector.exactOptional(),
  topologyKey: labelKey,
  namespaces: z.array(dnsLabel).default([]),
  namespaceSelector: labelSelector.exactOptional(),
  matchLabelKeys: keys,
  mismatchLabelKeys: keys,
}).check(({ value, issues }) => {
  for (const field of ['matchLabelKeys', 'mismatchLabelKeys'] as const) {
    if (value.labelSelector === undefined && value[field].length > 0) {
      issues.push(problem('has nothing to narrow', [field], value[field], 'only with a labelSelector'));
    }
  }
  const both = value.matchLabelKeys.filter((key) => value.mismatchLabelKeys.includes(key));
  if (both.length === 0) return;
  issues.push(problem('has keys of matchLabelKeys', ['mismatchLabelKeys'], both, 'each key in one of the two'));
});

const podAffinity: z.ZodType<PodAffinity> = strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podAffinityTerm).default([]),
  preferredDuringSchedulingIgnoredDuringExecution: z.array(strictObject({ weight, podAffinityTerm })).default([]),
}).transform((terms) => ({
  required: terms.requiredDuringSchedulingIgnoredDuringExecution,
  preferred: terms.preferredDuringSchedulingIgnoredDuringExecution,
}));

export const nodeAffinity = strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: nodeSelector.optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(strictObject({ weight, preference: nodeSelectorTerm }))
    .default([]),
}).transform(
  ({
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  }) => ({ ...(required === undefined ? {} : { required }), preferred }),
);

export const affinity: z.ZodType<Affinity> = strictObject({
  nodeAffinity: nodeAffinity.exactOptional(),
  podAffinity: podAffinity.exactOptional(),
  podAntiAffinity: podAffinity.exactOptional(),
});

export const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** The API writes the default operator as an empty text, too. */
const operator = z
  .enum(['', 'Equal', 'Exists', 'Lt', 'Gt'])
  .default('Equal')
  .transform((written) => (written === '' ? 'Equal' : written));

export const toleration: z.ZodType<Toleration> = strictObject({
  key: z.union([z.literal(''), labelKey]).default(''),
  operator,
  value: z.string().default(''),
  effect: z.enum(['', ...effects]).default(''),
  tolerationSeconds: z.int().exactOptional(),
}).check(({ value: toleration, issues }) => {
  const { key, operator, value, effect, tolerationSeconds } = toleration;
  if (key === '' && operator !== 'Exists') {
    issues.push(problem('is required', ['key'], undefined, 'a label key; none only with operator Exists'));
  }
  if (operator === 'Exists' && value !== '') {
    issues.push(problem('does not fit the operator', ['value'], value, 'no value with operator Exists'));
  }
  if ((operator === 'Lt' || operator === 'Gt') && !/^(0|-?[1-9]\d*)$/.test(value)) {
    issues.push(problem('does not fit the operator', ['value'], value, `a whole number with operator ${operator}`));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    issues.push(problem('has no effect', ['tolerationSeconds'], tolerationSeconds, 'only with effect NoExecute'));
  }
});

/** With one of these effects: devices have one that nodes do not have. */
export const taintOf = <Effect extends string>(allowed: readonly Effect[]) =>
  strictObject({ key: labelKey, value: z.string().default(''), effect: z.enum(allowed) }, ['timeAdded']).transform(
    ({ key, value, effect }) => ({ key, value, effect }),
  );

export const taint = taintOf(effects);

const policy = z.enum(['Honor', 'Ignore']);

export const topologySpreadConstraint: z.ZodType<TopologySpreadConstraint> = strictObject({
  maxSkew: wholeNumber(1, 2 ** 31 - 1),
  topologyKey: labelKey,
  whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
  labelSelector: labelSelector.exactOptional(),
  minDomains: wholeNumber(1, 2 ** 31 - 1).default(1),
  nodeAffinityPolicy: policy.default('Honor'),
  nodeTaintsPolicy: policy.default('Ignore'),
  matchLabelKeys: keys,
}).check(({ value, issues }) => {
  if (value.labelSelector !== undefined || value.matchLabelKeys.length === 0) return;
  const allowed = 'only with a labelSelector';
  issues.push(problem('has nothing to narrow', ['matchLabelKeys'], value.matchLabelKeys, allowed));
});
