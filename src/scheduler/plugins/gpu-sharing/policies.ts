/** The policies that the paper compares, ready to be put into a profile. */
import { type SchedulerConfig, schedulerConfigSchema } from '../../config/scheduler-config.ts';
import type { PluginFactory } from '../../framework/plugin-factory.ts';
import { bestFit } from './best-fit.ts';
import { dotProd } from './dot-prod.ts';
import { fgd } from './fgd.ts';
import type { TargetWorkload } from './fragmentation.ts';
import { gpuClustering } from './gpu-clustering.ts';
import { gpuPacking } from './gpu-packing.ts';
import { gpuSharing } from './gpu-sharing.ts';
import { randomPolicy } from './random.ts';

/** In the paper's order. */
export const gpuPolicies = ['Random', 'DotProd', 'GpuClustering', 'GpuPacking', 'BestFit', 'FGD'] as const;
export type GpuPolicy = (typeof gpuPolicies)[number];

/** To be registered with kube-scheduler's own. */
export const gpuSharingPlugins: readonly PluginFactory[] = [
  gpuSharing,
  randomPolicy,
  dotProd,
  gpuClustering,
  gpuPacking,
  bestFit,
  fgd,
];

/**
 * The paper's set-up: the policy alone scores, and every node is looked at. Pods that do not fit preempt where their
 * priority lets them.
 */
export function policyConfig(policy: GpuPolicy, targetWorkload: TargetWorkload): SchedulerConfig {
  const byName = (...names: string[]) => names.map((name) => ({ name }));
  return schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    percentageOfNodesToScore: 100,
    profiles: [
      {
        plugins: {
          multiPoint: { disabled: byName('*'), enabled: byName(...besidePolicy, policy) },
          score: { disabled: byName('*'), enabled: byName(policy) },
        },
        pluginConfig: policy === 'FGD' ? [{ name: policy, args: { targetWorkload } }] : [],
      },
    ],
  });
}

/** What the trace's pods need of kube-scheduler. */
const besidePolicy = [
  'SchedulingGates',
  'PrioritySort',
  'NodeUnschedulable',
  'TaintToleration',
  'NodeAffinity',
  'NodeResourcesFit',
  'GpuSharing',
  'DefaultPreemption',
  'DefaultBinder',
];
