/**
 * GpuPacking: first GPUs that are in use, then idle GPUs of nodes that are in use, then idle nodes; as in MLaaS in the
 * Wild (Weng et al., NSDI 2022).
 */

import { milliPerGpu } from '../../../workloads/gpu-resources.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { pluginFactory } from '../../framework/plugin-factory.ts';
import { gpuDevices } from './gpu-devices.ts';
import type { GpuTask } from './gpu-task.ts';
import { idleGpus } from './node-state.ts';
import { stateScore } from './scoring.ts';

const name = 'GpuPacking';

/**
 * 0 to 100. 50 and more: only GPUs in use are needed, the fuller ones of them better. 33 to 50: idle GPUs of a node in
 * use, fewer better. Up to 33: an idle node, smaller better. A task without GPUs: 0.
 */
export function packingScore(gpuMilliFree: ArrayLike<number>, task: GpuTask): number {
  if (task.gpus === 0) return 0;
  const idle = idleGpus(gpuMilliFree);
  if (idle === gpuMilliFree.length) return Math.max(33 - idle, 0);
  const used = Array.from(gpuMilliFree)
    .filter((free) => free >= task.gpuMilli && free < milliPerGpu)
    .sort((a, b) => a - b)
    .slice(0, task.gpus);
  const idleNeeded = task.gpus - used.length;
  if (idleNeeded > 0) return Math.max(50 - idleNeeded, 33);
  const freePercents = used.reduce((sum, free) => sum + Math.trunc((free * 100) / milliPerGpu), 0);
  return Math.max(100 - Math.trunc(freePercents / 10), 50);
}

export const gpuPacking = pluginFactory({
  name,
  create: (_args, { cluster }) => {
    const devices = cluster.part(gpuDevices);
    return {
      name,
      score: stateScore(devices, ({ gpuMilliFree }, task) => packingScore(gpuMilliFree, task)),
    } satisfies Plugin;
  },
});
