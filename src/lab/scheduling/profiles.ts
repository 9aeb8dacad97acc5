/**
 * Scheduler profiles that the default lab compares: what is filtered and scored, from everything that kube-scheduler
 * does to next to nothing, and two policies made for GPUs that pods share. Plain data: a lab file names them.
 */

export const profileNames = [
  'default',
  'resources-only',
  'most-allocated',
  'no-scoring',
  'gpu-best-fit',
  'gpu-fgd',
] as const;
export type ProfileName = (typeof profileNames)[number];

/** What the others are compared with. */
export const referenceProfile: ProfileName = 'default';

/** A KubeSchedulerConfiguration as one would write it (`profiles` of it), or a policy of the GPU-sharing plugins. */
export type ProfileSource =
  | { readonly kind: 'config'; readonly profiles: readonly object[] }
  | { readonly kind: 'gpu-policy'; readonly policy: 'BestFit' | 'FGD' };

export interface SchedulingProfile {
  readonly name: ProfileName;
  /** In a few words, for a table. */
  readonly summary: string;
  readonly source: ProfileSource;
}

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

/** By name, in the order of the report. */
export const schedulingProfiles: Readonly<Record<ProfileName, SchedulingProfile>> = {
  default: {
    name: 'default',
    summary: 'kube-scheduler as it comes',
    source: { kind: 'config', profiles: [{}] },
  },
  'resources-only': {
    name: 'resources-only',
    summary: 'filters and scores by resources alone',
    source: {
      kind: 'config',
      profiles: [
        {
          plugins: {
            multiPoint: {
              disabled: named('*'),
              enabled: named(
                'PrioritySort',
                'NodeUnschedulable',
                'NodeResourcesFit',
                'NodeResourcesBalancedAllocation',
                'DefaultBinder',
              ),
            },
          },
        },
      ],
    },
  },
  'most-allocated': {
    name: 'most-allocated',
    summary: 'the default, but fills nodes up (MostAllocated, without BalancedAllocation)',
    source: {
      kind: 'config',
      profiles: [
        {
          plugins: { score: { disabled: named('NodeResourcesBalancedAllocation') } },
          pluginConfig: [
            {
              name: 'NodeResourcesFit',
              args: {
                scoringStrategy: {
                  type: 'MostAllocated',
                  resources: [
                    { name: 'cpu', weight: 1 },
                    { name: 'memory', weight: 1 },
                  ],
                },
              },
            },
          ],
        },
      ],
    },
  },
  'no-scoring': {
    name: 'no-scoring',
    summary: 'the default’s filters, then any node that passes',
    source: { kind: 'config', profiles: [{ plugins: { score: { disabled: named('*') } } }] },
  },
  'gpu-best-fit': {
    name: 'gpu-best-fit',
    summary: 'GPU sharing, the node with the least left over',
    source: { kind: 'gpu-policy', policy: 'BestFit' },
  },
  'gpu-fgd': {
    name: 'gpu-fgd',
    summary: 'GPU sharing, the least new fragmentation',
    source: { kind: 'gpu-policy', policy: 'FGD' },
  },
};
