/** Arguments of the two plugins that look at resources. Source: kube-scheduler apis/config v1 defaults and validation. */
import { z } from 'zod';
import { problem, strictObject, wholeNumber } from '../../../api/fields.ts';

export interface ResourceWeight {
  readonly name: string;
  /** Of the resource's score among those of the others. */
  readonly weight: number;
}

export const defaultResources: readonly ResourceWeight[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

const resourceName = z.string().regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/, {
  error: 'is not a resource name; write it as cpu or example.com/gpu',
});

/** 0 stands for the default weight, which is 1. */
function resources(maxWeight: number) {
  return z
    .array(strictObject({ name: resourceName, weight: wholeNumber(0, maxWeight).default(0) }))
    .default([])
    .transform((list): readonly ResourceWeight[] =>
      list.length === 0 ? defaultResources : list.map(({ name, weight }) => ({ name, weight: weight || 1 })),
    );
}

export interface ShapePoint {
  /** Percent. */
  readonly utilization: number;
  /** 0 to 10. */
  readonly score: number;
}

const shape = z
  .array(strictObject({ utilization: wholeNumber(0, 100), score: wholeNumber(0, 10) }))
  .min(1)
  .check(({ value: points, issues }) => {
    for (const [place, { utilization }] of points.entries()) {
      const before = points[place - 1]?.utilization ?? -1;
      if (utilization > before) continue;
      issues.push(problem('does not rise', [place, 'utilization'], utilization, `more than ${before}`));
    }
  });

const scoringStrategy = z
  .strictObject({
    type: z.enum(['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio']).default('LeastAllocated'),
    resources: resources(100),
    requestedToCapacityRatio: strictObject({ shape }).optional(),
  })
  .check(({ value: { type, requestedToCapacityRatio }, issues }) => {
    if (type !== 'RequestedToCapacityRatio' || requestedToCapacityRatio !== undefined) return;
    issues.push(
      problem('needs a shape', ['type'], type, 'RequestedToCapacityRatio with requestedToCapacityRatio.shape'),
    );
  });

export const fitArgs = strictObject({
  /** Extended resources that the filter does not look at. */
  ignoredResources: z.array(resourceName).default([]),
  /** The same for all extended resources of a domain. */
  ignoredResourceGroups: z
    .array(z.string().regex(/^[^/]+$/, 'a group is the part of a resource name before its /'))
    .default([]),
  scoringStrategy: scoringStrategy.prefault({}),
});
export type FitArgs = z.output<typeof fitArgs>;

export const balancedAllocationArgs = strictObject({
  resources: resources(1).check(({ value: list, issues }) => {
    for (const [place, { name }] of list.entries()) {
      if (list.findIndex((other) => other.name === name) === place) continue;
      issues.push(problem('is named twice', [place, 'name'], name, 'each resource once'));
    }
  }),
});
export type BalancedAllocationArgs = z.output<typeof balancedAllocationArgs>;
