/**
 * DotProd: the node whose free resources, as a vector, have the smallest dot product with what the task asks for.
 * Tetris (Grandl et al., SIGCOMM 2014) prefers the largest; the paper's experiments prefer the smallest, which packs.
 */
import type { Plugin } from '../../framework/plugin.ts';
import { pluginFactory } from '../../framework/plugin-factory.ts';
import { gpuDevices } from './gpu-devices.ts';
import { type GpuTask, totalGpuMilli } from './gpu-task.ts';
import { freeGpuMilli, type GpuNodeState } from './node-state.ts';
import { type LargestNode, largestNodeArgs, stateScore, wholeScore } from './scoring.ts';

const name = 'DotProd';

/** 0 to 100. CPU and GPU are fractions of the largest node's; all GPUs of a node count together. */
export function dotProductScore(state: GpuNodeState, task: GpuTask, largest: LargestNode): number {
  const { largestCpuMilli, largestGpuMilli } = largest;
  const cpu = (state.cpuMilliFree / largestCpuMilli) * (task.cpuMilli / largestCpuMilli);
  const gpu = (freeGpuMilli(state.gpuMilliFree) / largestGpuMilli) * (totalGpuMilli(task) / largestGpuMilli);
  return wholeScore(100 * (1 - (cpu + gpu) / 2));
}

export const dotProd = pluginFactory({
  name,
  args: largestNodeArgs,
  create: (largest, { cluster }) => {
    const devices = cluster.part(gpuDevices);
    return {
      name,
      score: stateScore(devices, (state, task) => dotProductScore(state, task, largest)),
    } satisfies Plugin;
  },
});
