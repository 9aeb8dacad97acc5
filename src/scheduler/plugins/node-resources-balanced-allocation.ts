/** Prefers nodes whose resources would be used evenly. Source: kube-scheduler plugins/noderesources/balanced_allocation.go. */
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { scoreBalance } from './resources/balance.ts';
import { classResources } from './resources/device-classes.ts';
import { deviceScores } from './resources/device-scores.ts';
import { type BalancedAllocationArgs, balancedAllocationArgs } from './resources/resource-args.ts';
import { scoredResources } from './resources/scored-resources.ts';
import { perShape } from './support/per-shape.ts';

const name = 'NodeResourcesBalancedAllocation';

function create({ resources }: BalancedAllocationArgs, { cluster, compat, featureEnabled }: PluginContext): Plugin {
  const scored = perShape((shape) => scoredResources(shape, resources, cluster.resources, false));
  const isGain = compat !== '1.34';
  const classes = featureEnabled('DRAExtendedResource') ? cluster.part(classResources) : undefined;
  const devices = deviceScores(cluster, classes, resources);
  return {
    name,
    nodeLocalScore: devices === undefined,

    /** A pod that asks for nothing would go to ever the same node, which stays as balanced as it is. */
    preScore: ({ pod }) => (scored(pod.shape).every(({ amount }) => amount === 0) ? 'skip' : undefined),

    score({ pod }, block, scores) {
      const asked = scored(pod.shape);
      scoreBalance(block, devices?.withDevices(asked, block) ?? asked, isGain, scores);
    },
  };
}

export const nodeResourcesBalancedAllocation = pluginFactory({ name, args: balancedAllocationArgs, create });
