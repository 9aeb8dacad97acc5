/** BestFit: the node that has least left, CPU and GPU together, once the task runs there. */
import type { NodeBlock } from '../../framework/node-block.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { pluginFactory } from '../../framework/plugin-factory.ts';
import { gpuDevices } from './gpu-devices.ts';
import { type GpuTask, totalGpuMilli } from './gpu-task.ts';
import { freeGpuMilli, type GpuNodeState } from './node-state.ts';
import { type LargestNode, largestNodeArgs, stateScore, wholeScore } from './scoring.ts';

const name = 'BestFit';

/** 0 to 100: what is left, in fractions of the largest node's, CPU and GPU weighing the same. */
export function bestFitScore(state: GpuNodeState, task: GpuTask, largest: LargestNode): number {
  const cpu = (state.cpuMilliFree - task.cpuMilli) / largest.largestCpuMilli;
  const gpu = (freeGpuMilli(state.gpuMilliFree) - totalGpuMilli(task)) / largest.largestGpuMilli;
  return wholeScore(100 * (1 - (cpu + gpu) / 2));
}

/** Spreads the scores over 0 to 100, in place; equal ones become 0. */
export function spread({ count }: Pick<NodeBlock, 'count'>, scores: Float64Array): void {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < count; place += 1) {
    lowest = Math.min(lowest, scores[place] as number);
    highest = Math.max(highest, scores[place] as number);
  }
  const range = highest - lowest;
  for (let place = 0; place < count; place += 1) {
    scores[place] = range === 0 ? 0 : Math.trunc((((scores[place] as number) - lowest) * 100) / range);
  }
}

export const bestFit = pluginFactory({
  name,
  args: largestNodeArgs,
  create: (largest, { cluster }) => {
    const devices = cluster.part(gpuDevices);
    return {
      name,
      score: stateScore(devices, (state, task) => bestFitScore(state, task, largest)),
      normalize: (_cycle, feasible, scores) => spread(feasible, scores),
    } satisfies Plugin;
  },
});
