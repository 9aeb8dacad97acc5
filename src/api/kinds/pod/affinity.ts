/** Affinity, tolerations and spreading of pods, with the API server's defaults. */
import { z } from 'zod';
import { dnsLabel, strictObject, wholeNumber } from '../../fields.ts';
import type { Affinity, PodAffinity, PodAffinityTerm, Toleration, TopologySpreadConstraint } from '../../objects.ts';
import { labelSelector } from '../../selector.ts';
import { nodeSelector, nodeSelectorTerm } from './selectors.ts';

const weight = wholeNumber(1, 100);

const podAffinityTerm: z.ZodType<PodAffinityTerm> = strictObject({
  labelSelector: labelSelector.exactOptional(),
  topologyKey: z.string().min(1),
  namespaces: z.array(dnsLabel).default([]),
  namespaceSelector: labelSelector.exactOptional(),
  matchLabelKeys: z.array(z.string()).default([]),
  mismatchLabelKeys: z.array(z.string()).default([]),
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

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export const toleration: z.ZodType<Toleration> = strictObject({
  key: z.string().default(''),
  operator: z.enum(['Equal', 'Exists', 'Lt', 'Gt']).default('Equal'),
  value: z.string().default(''),
  effect: z.enum(['', ...effects]).default(''),
  tolerationSeconds: z.number().exactOptional(),
});

export const taint = strictObject({ key: z.string().min(1), value: z.string().default(''), effect: z.enum(effects) }, [
  'timeAdded',
]).transform(({ key, value, effect }) => ({ key, value, effect }));

const policy = z.enum(['Honor', 'Ignore']);

export const topologySpreadConstraint: z.ZodType<TopologySpreadConstraint> = strictObject({
  maxSkew: wholeNumber(1, 2 ** 31 - 1),
  topologyKey: z.string().min(1),
  whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
  labelSelector: labelSelector.exactOptional(),
  minDomains: wholeNumber(1, 2 ** 31 - 1).default(1),
  nodeAffinityPolicy: policy.default('Honor'),
  nodeTaintsPolicy: policy.default('Ignore'),
  matchLabelKeys: z.array(z.string()).default([]),
});
