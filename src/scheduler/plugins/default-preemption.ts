/** Deletes less important pods where that makes room for a pod that fits nowhere. Source: plugins/defaultpreemption. */
import { z } from 'zod';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import { Evaluator } from '../preemption/evaluator.ts';
import { Evictions } from '../preemption/eviction.ts';
import { preemptionPlugin as name, preemptionStatuses } from '../preemption/statuses.ts';

const args = z
  .strictObject({
    minCandidateNodesPercentage: z.int().min(0).max(100).default(10),
    minCandidateNodesAbsolute: z.int().min(0).default(100),
  })
  .refine(
    ({ minCandidateNodesPercentage, minCandidateNodesAbsolute }) =>
      minCandidateNodesPercentage > 0 || minCandidateNodesAbsolute > 0,
    'minCandidateNodesPercentage and minCandidateNodesAbsolute cannot both be 0',
  );
type Args = z.output<typeof args>;

function create(limits: Args, context: PluginContext): Plugin {
  const isAsync = context.featureEnabled('SchedulerAsyncPreemption');
  const evaluator = new Evaluator(context, limits);
  const evictions = new Evictions(context, isAsync);
  const plugin: Plugin = {
    name,
    events: [],

    postFilter(cycle, diagnosis) {
      const evaluation = evaluator.evaluate(cycle, diagnosis);
      if (evaluation.kind === 'failed') return evaluation;
      const { candidate } = evaluation;
      const nodeName = cycle.cluster.nodeName(candidate.slot);
      evictions.carryOut(cycle.pod, candidate);
      return { kind: 'nominated', nodeName };
    },
  };
  if (!isAsync) return plugin;
  return {
    ...plugin,
    // The event is registered so that a gated preemptor is looked at when a victim is gone. Whether that helps it is
    // for the plugins to say that refused it.
    events: [{ resource: 'AssignedPod', actions: ['delete'], hint: () => 'skip' }],
    preEnqueue: ({ key }) => (evictions.isUnderWay(key) ? preemptionStatuses.waiting : undefined),
  };
}

export const defaultPreemption = pluginFactory({ name, args, create });
