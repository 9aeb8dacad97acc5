/** Priorities, disruption budgets, gangs and quotas. */
import { z } from 'zod';
import { labelKey, podNumberOrShare, problem, resourceList, strictObject, wholeNumber } from '../fields.ts';
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
    value: wholeNumber(-(2 ** 31), 2 ** 31 - 1),
    globalDefault: z.boolean().default(false),
    preemptionPolicy: z.enum(['PreemptLowerPriority', 'Never']).default('PreemptLowerPriority'),
  },
  ['description'],
)
  .check(({ value, issues }) => {
    if (value.value <= highestPriority || value.metadata.name.startsWith('system-')) return;
    const allowed = `at most ${highestPriority}; more only in classes whose names begin with system-`;
    issues.push(problem('is too great', ['value'], value.value, allowed));
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

const podNumber = wholeNumber(0, 2 ** 31 - 1);

/** A status counts as given where it says how many disruptions are allowed; otherwise it is worked out. */
const budgetStatus = strictObject(
  {
    disruptionsAllowed: podNumber.exactOptional(),
    disruptedPods: z.record(z.string(), z.string()).default({}),
    currentHealthy: podNumber.exactOptional(),
    desiredHealthy: podNumber.exactOptional(),
    expectedPods: podNumber.exactOptional(),
    observedGeneration: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0),
  },
  ['conditions'],
).transform(({ disruptionsAllowed, ...status }) =>
  disruptionsAllowed === undefined
    ? { disruptionsAllowed: 0, disruptedPods: status.disruptedPods }
    : { disruptionsAllowed, ...status },
);

const budgetSpec = strictObject(
  {
    selector: labelSelector.exactOptional(),
    minAvailable: podNumberOrShare.exactOptional(),
    maxUnavailable: podNumberOrShare.exactOptional(),
  },
  ['unhealthyPodEvictionPolicy'],
).check(({ value, issues }) => {
  if (value.minAvailable === undefined || value.maxUnavailable === undefined) return;
  issues.push(
    problem('cannot be set together with minAvailable', ['maxUnavailable'], value.maxUnavailable, 'one of them'),
  );
});

const budget: z.ZodType<PodDisruptionBudget> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('PodDisruptionBudget'),
  metadata: namespacedMeta,
  spec: budgetSpec,
  status: budgetStatus.prefault({}),
});
export const podDisruptionBudgetKind: KindDefinition<PodDisruptionBudget> = {
  kind: 'PodDisruptionBudget',
  apiVersions: ['policy/v1'],
  schema: budget,
};

const schedulingPolicy = strictObject(
  { gang: strictObject({ minCount: wholeNumber(1, 2 ** 31 - 1) }).exactOptional() },
  ['basic'],
).transform(({ gang }) => (gang === undefined ? {} : { gang }));

/** At most one topology, as the API has it until now. */
const topology = z.array(strictObject({ key: labelKey })).check(({ value, issues }) => {
  if (value.length > 1) issues.push(problem('is more than is read', [1], value[1], 'one topology constraint'));
});

const podGroup: z.ZodType<PodGroup> = strictObject(
  {
    apiVersion: z.string(),
    kind: z.literal('PodGroup'),
    metadata: namespacedMeta,
    spec: strictObject(
      {
        schedulingPolicy,
        schedulingConstraints: strictObject({ topology: topology.default([]) }).exactOptional(),
      },
      [
        'podGroupTemplateRef',
        'workloadRef',
        'resourceClaims',
        'disruptionMode',
        'priorityClassName',
        'priority',
        'preemptionPolicy',
      ],
    ),
  },
  ['status'],
).transform(({ apiVersion, kind, metadata, spec }) => {
  const topologyKey = spec.schedulingConstraints?.topology[0]?.key;
  return {
    apiVersion,
    kind,
    metadata,
    spec: { policy: spec.schedulingPolicy, ...(topologyKey === undefined ? {} : { topologyKey }) },
  };
});
export const podGroupKind: KindDefinition<PodGroup> = {
  kind: 'PodGroup',
  apiVersions: ['scheduling.k8s.io/v1alpha2', 'scheduling.k8s.io/v1alpha3'],
  schema: podGroup,
};

const quota: z.ZodType<ResourceQuota> = strictObject(
  {
    apiVersion: z.string(),
    kind: z.literal('ResourceQuota'),
    metadata: namespacedMeta,
    spec: strictObject({ hard: resourceList.default({}) }, ['scopes', 'scopeSelector']).transform(({ hard }) => ({
      hard,
    })),
  },
  ['status'],
).transform(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec }));
export const resourceQuotaKind: KindDefinition<ResourceQuota> = {
  kind: 'ResourceQuota',
  apiVersions: ['v1'],
  schema: quota,
};
