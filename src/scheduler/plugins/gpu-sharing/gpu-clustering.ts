/**
 * GpuClustering: tasks that ask for as many GPUs go to the same nodes, as in Gandiva (Xiao et al., OSDI 2018), so that
 * nodes for large tasks are not nibbled at by small ones.
 */
import type { Plugin } from '../../framework/plugin.ts';
import { pluginFactory } from '../../framework/plugin-factory.ts';
import { gpuDevices, kindOf } from './gpu-devices.ts';
import type { GpuTask } from './gpu-task.ts';
import { freeGpuMilli } from './node-state.ts';
import { type LargestNode, largestNodeArgs, scoreBlock, wholeScore } from './scoring.ts';

const name = 'GpuClustering';

/**
 * 0 to 100, in four bands: nodes with only tasks of this kind, with also others, with none, with only others. Within
 * a band fuller nodes come first. A task without GPUs has no kind: 0.
 * @param kinds tasks on the node by how many GPUs they ask for; 0 stands for a share of one
 */
export function clusteringScore(
  gpuMilliFree: ArrayLike<number>,
  kinds: ReadonlyMap<number, number>,
  task: GpuTask,
  { largestGpuMilli }: LargestNode,
): number {
  if (task.gpus === 0) return 0;
  const hasKind = kinds.has(kindOf(task));
  const band = hasKind ? (kinds.size === 1 ? 75 : 50) : kinds.size === 0 ? 25 : 0;
  const fullness = (largestGpuMilli - freeGpuMilli(gpuMilliFree)) / largestGpuMilli;
  return band + wholeScore(25 * fullness);
}

export const gpuClustering = pluginFactory({
  name,
  args: largestNodeArgs,
  create: (largest, { cluster }) => {
    const devices = cluster.part(gpuDevices);
    return {
      name,
      score: ({ pod }, feasible, scores) => {
        const task = devices.taskOf(pod);
        scoreBlock(feasible, scores, (slot) => clusteringScore(devices.free(slot), devices.kinds(slot), task, largest));
      },
    } satisfies Plugin;
  },
});
