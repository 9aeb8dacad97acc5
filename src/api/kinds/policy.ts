/** Priorities, disruption budgets, gangs and quotas. */
import { z } from 'zod';
import { resourceList, strictObject, wholeNumber } from '../fields.ts';
import { clusterMeta, namespacedMeta } from '../metadata.ts';
import type { PodDisruptionBudget, PodGroup, PriorityClass, ResourceQuota } from '../objects.ts';
import { labelSelector } from '../selector.ts';
import type { KindDefinition } from './definition.ts';

/** Greater ones are for the system's own classes. */
const highestPriority = 1_000_000_000;

const priorityClass: z.ZodType<PriorityClass> = strictObject(
  {
    apiVersion: z.string(),
    kind: z.literal('PriorityClass'),
    metadata: clusterMeta,
    value: z.int(),
    globalDefault: z.boolean().default(false),
    preemptionPolicy: z.enum(['PreemptLowerPriority', 'Never']).default('PreemptLowerPriority'),
  },
  ['description'],
)
  .check(({ value, issues }) => {
    if (value.value <= highestPriority || value.metadata.name.startsWith('system-')) return;
    const allowed = `at most ${highestPriority}; more only in classes whose names begin with system-`;
    const params = { allowed, crossCheck: true };
    issues.push({ code: 'custom', message: 'is too great', path: ['value'], input: value.value, params });
  })
  .transform(({ apiVersion, kind, metadata, value, globalDefault, preemptionPolicy }) => ({
    apiVersion,
    kind,
    metadata,
    value,
    globalDefault,
    preemptionPolicy,
  }));
export const priorityClassKind: KindDefinition<PriorityClass> = {
  kind: 'PriorityClass',
  apiVersions: ['scheduling.k8s.io/v1'],
  schema: priorityClass,
};

const budgetStatus = z
  .looseObject({
    disruptionsAllowed: wholeNumber(0, 2 ** 31 - 1).default(0),
    disruptedPods: z.record(z.string(), z.string()).default({}),
  })
  .transform(({ disruptionsAllowed, disruptedPods }) => ({ disruptionsAllowed, disruptedPods }));

const budget: z.ZodType<PodDisruptionBudget> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('PodDisruptionBudget'),
  metadata: namespacedMeta,
  spec: z
    .looseObject({ selector: labelSelector.exactOptional() })
    .transform(({ selector }) => (selector === undefined ? {} : { selector })),
  status: budgetStatus.prefault({}),
});
export const podDisruptionBudgetKind: KindDefinition<PodDisruptionBudget> = {
  kind: 'PodDisruptionBudget',
  apiVersions: ['policy/v1'],
  schema: budget,
};

const podGroup: z.ZodType<PodGroup> = strictObject(
  {
    apiVersion: z.string(),
    kind: z.literal('PodGroup'),
    metadata: namespacedMeta,
    spec: strictObject({
      policy: strictObject({ gang: strictObject({ minCount: wholeNumber(1, 2 ** 31 - 1) }).exactOptional() }, [
        'basic',
      ]).transform(({ gang }) => (gang === undefined ? {} : { gang })),
      topologyKey: z.string().exactOptional(),
    }),
  },
  ['status'],
).transform(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec }));
export const podGroupKind: KindDefinition<PodGroup> = {
  kind: 'PodGroup',
  apiVersions: ['scheduling.k8s.io/v1alpha1', 'scheduling.k8s.io/v1alpha2'],
  schema: podGroup,
};

const quota: z.ZodType<ResourceQuota> = strictObject(
  {
    apiVersion: z.string(),
    kind: z.literal('ResourceQuota'),
    metadata: namespacedMeta,
    spec: z.looseObject({ hard: resourceList.default({}) }).transform(({ hard }) => ({ hard })),
  },
  ['status'],
).transform(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec }));
export const resourceQuotaKind: KindDefinition<ResourceQuota> = {
  kind: 'ResourceQuota',
  apiVersions: ['v1'],
  schema: quota,
};
