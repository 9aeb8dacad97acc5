/**
 * FGD: the node, and the GPU on it, where the task makes the expected fragmentation grow least (or shrink most).
 * Source: the paper's algorithm 1. The score of a node is a whole number, so nodes that differ by less than about 40
 * thousandths of a GPU are equally good.
 */
import { z } from 'zod';
import { milliPerGpu } from '../../../workloads/gpu-resources.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { pluginFactory } from '../../framework/plugin-factory.ts';
import { expectedFragment, type TargetWorkload } from './fragmentation.ts';
import { gpuDevices } from './gpu-devices.ts';
import { type GpuTask, isSharing } from './gpu-task.ts';
import { bestFitGpus, type GpuNodeState, roomyGpus, withTask } from './node-state.ts';
import { stateScore } from './scoring.ts';

const name = 'FGD';

/** So many states of nodes are remembered before all are forgotten. */
const rememberedFragments = 200_000;

const amount = z.number().min(0);
const taskClass = z.strictObject({
  cpuMilli: amount,
  memoryMib: amount.default(0),
  gpus: z.int().min(0),
  gpuMilli: amount.max(milliPerGpu),
  models: z.array(z.string()).default([]),
  popularity: z.number().min(0).max(1),
});

const fgdArgs = z.strictObject({
  /** What is expected to be submitted. */
  targetWorkload: z.array(taskClass).min(1),
});

export interface Descent {
  readonly gpus: readonly number[];
  /** Change of the expected fragmentation, in thousandths of a GPU; negative when it shrinks. */
  readonly growth: number;
}

/**
 * Where on a node the task does least harm; undefined when it does not fit.
 * @param before the node's expected fragmentation as it is
 */
export function steepestDescent(
  state: GpuNodeState,
  task: GpuTask,
  workload: TargetWorkload,
  before: number,
): Descent | undefined {
  const growthOn = (gpus: readonly number[]): number =>
    expectedFragment(withTask(state, task, gpus), workload) - before;
  if (!isSharing(task)) {
    const gpus = bestFitGpus(state.gpuMilliFree, task);
    return gpus === undefined ? undefined : { gpus, growth: growthOn(gpus) };
  }
  let best: Descent | undefined;
  const tried = new Set<number>();
  for (const gpu of roomyGpus(state.gpuMilliFree, task.gpuMilli)) {
    // GPUs with as much free are as good as each other: the first stands for all.
    const free = state.gpuMilliFree[gpu] as number;
    if (tried.has(free)) continue;
    tried.add(free);
    const growth = growthOn([gpu]);
    if (best === undefined || growth < best.growth) best = { gpus: [gpu], growth };
  }
  return best;
}

/** 50 when fragmentation stays as it is, more when it shrinks. */
export function descentScore(growth: number): number {
  return Math.trunc(100 / (1 + Math.exp(growth / milliPerGpu)));
}

export const fgd = pluginFactory({
  name,
  args: fgdArgs,
  create: ({ targetWorkload }, { cluster }) => {
    const devices = cluster.part(gpuDevices);
    const fragments = new Map<number, number>();
    const fragmentBefore = (slot: number, state: GpuNodeState): number => {
      const id = devices.stateId(slot);
      const known = fragments.get(id);
      if (known !== undefined) return known;
      if (fragments.size > rememberedFragments) fragments.clear();
      const fragment = expectedFragment(state, targetWorkload);
      fragments.set(id, fragment);
      return fragment;
    };
    return {
      name,
      score: stateScore(devices, (state, task, slot) => {
        const descent = steepestDescent(state, task, targetWorkload, fragmentBefore(slot, state));
        return descent === undefined ? 0 : descentScore(descent.growth);
      }),
      reserve: ({ pod }, slot) => {
        const task = devices.taskOf(pod);
        const [held] = devices.gpusOf(pod);
        if (!isSharing(task) || held === undefined) return undefined;
        // The node as it is without the pod, which holds a GPU by best fit.
        const without = withTask(devices.state(slot), negative(task), [held]);
        const descent = steepestDescent(without, task, targetWorkload, 0);
        if (descent !== undefined) devices.move(pod, descent.gpus);
        return undefined;
      },
    } satisfies Plugin;
  },
});

function negative(task: GpuTask): GpuTask {
  return { ...task, cpuMilli: -task.cpuMilli, memoryMib: -task.memoryMib, gpuMilli: -task.gpuMilli };
}
