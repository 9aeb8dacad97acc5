/** Arguments of the two plugins that look at resources. Source: kube-scheduler apis/config v1 defaults and validation. */
import { z } from 'zod';

export interface ResourceWeight {
  readonly name: string;
  /** Of the resource's score among those of the others. */
  readonly weight: number;
}

export const defaultResources: readonly ResourceWeight[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

const resourceName = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/,
    'a resource name is expected, as cpu or example.com/gpu',
  );

/** 0 stands for the default weight, which is 1. */
function resources(maxWeight: number) {
  return z
    .array(z.strictObject({ name: resourceName, weight: z.int().min(0).max(maxWeight).default(0) }))
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
  .array(z.strictObject({ utilization: z.int().min(0).max(100), score: z.int().min(0).max(10) }))
  .min(1)
  .refine(
    (points) => points.every(({ utilization }, place) => utilization > (points[place - 1]?.utilization ?? -1)),
    'the utilizations of a shape must rise from point to point',
  );

const scoringStrategy = z
  .strictObject({
    type: z.enum(['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio']).default('LeastAllocated'),
    resources: resources(100),
    requestedToCapacityRatio: z.strictObject({ shape }).optional(),
  })
  .refine(
    ({ type, requestedToCapacityRatio }) =>
      type !== 'RequestedToCapacityRatio' || requestedToCapacityRatio !== undefined,
    'RequestedToCapacityRatio needs requestedToCapacityRatio.shape',
  );

export const fitArgs = z.strictObject({
  /** Extended resources that the filter does not look at. */
  ignoredResources: z.array(resourceName).default([]),
  /** The same for all extended resources of a domain. */
  ignoredResourceGroups: z
    .array(z.string().regex(/^[^/]+$/, 'a group is the part of a resource name before its /'))
    .default([]),
  scoringStrategy: scoringStrategy.prefault({}),
});
export type FitArgs = z.output<typeof fitArgs>;

export const balancedAllocationArgs = z.strictObject({
  resources: resources(1).refine(
    (list) => new Set(list.map(({ name }) => name)).size === list.length,
    'a resource may be named only once',
  ),
});
export type BalancedAllocationArgs = z.output<typeof balancedAllocationArgs>;
