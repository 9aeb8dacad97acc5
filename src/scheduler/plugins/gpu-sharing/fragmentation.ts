/**
 * How much of a node's free GPUs is of no use to the tasks that are likely to come. Source: Weng et al., Beware of
 * Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent, USENIX ATC 2023, section 3; the
 * names of the cases are those of its quadrants (CPU to the right, GPU upwards).
 */
import type { GpuTask } from './gpu-task.ts';
import { freeGpuMilli, type GpuNodeState, hasGpusFor, mayUse } from './node-state.ts';

/** Tasks that are the same to a scheduler, and their share of all tasks. */
export interface TaskClass extends GpuTask {
  /** 0 to 1; those of a workload add up to 1. */
  readonly popularity: number;
}

/** What is expected to be submitted. */
export type TargetWorkload = readonly TaskClass[];

/**
 * What a free part of a GPU is to a task. `satisfied` (Q3): it can be used. All others are fragments: the node lacks
 * CPU or memory and GPU (Q1), only GPU (Q2; also the GPUs of a node that would do which are too full themselves), or
 * only CPU or memory (Q4); or its GPUs are of the wrong model; or the task wants none.
 */
export const fragmentCases = ['lacks-both', 'lacks-gpu', 'satisfied', 'lacks-cpu', 'wrong-model', 'no-gpu'] as const;
export type FragmentCase = (typeof fragmentCases)[number];

/** How the whole node stands to a task. */
export function caseOf(state: GpuNodeState, task: GpuTask): FragmentCase {
  if (task.gpus === 0) return 'no-gpu';
  if (!mayUse(state.model, task)) return 'wrong-model';
  const hasCpu = state.cpuMilliFree >= task.cpuMilli && state.memoryMibFree >= task.memoryMib;
  const hasGpu = hasGpusFor(state.gpuMilliFree, task);
  if (hasGpu) return hasCpu ? 'satisfied' : 'lacks-cpu';
  return hasCpu ? 'lacks-gpu' : 'lacks-both';
}

/** F_n(m), in thousandths of a GPU: all that is free when the task cannot run, else what is free on too full GPUs. */
export function fragmentOf(state: GpuNodeState, task: GpuTask): number {
  const free = freeGpuMilli(state.gpuMilliFree);
  if (free === 0 || caseOf(state, task) !== 'satisfied') return free;
  return tooFull(state.gpuMilliFree, task);
}

/** F_n(M): what is to be expected of a task drawn from the workload. */
export function expectedFragment(state: GpuNodeState, workload: TargetWorkload): number {
  const free = freeGpuMilli(state.gpuMilliFree);
  if (free === 0) return 0;
  let expected = 0;
  for (const task of workload) {
    const fragment = caseOf(state, task) === 'satisfied' ? tooFull(state.gpuMilliFree, task) : free;
    expected += task.popularity * fragment;
  }
  return expected;
}

/** Expected thousandths of a GPU by case; together they are all that is free. */
export function fragmentsByCase(state: GpuNodeState, workload: TargetWorkload): Record<FragmentCase, number> {
  const amounts = { 'lacks-both': 0, 'lacks-gpu': 0, satisfied: 0, 'lacks-cpu': 0, 'wrong-model': 0, 'no-gpu': 0 };
  const free = freeGpuMilli(state.gpuMilliFree);
  for (const task of workload) {
    const which = caseOf(state, task);
    const fragment = which === 'satisfied' ? tooFull(state.gpuMilliFree, task) : 0;
    amounts[which] += task.popularity * (free - fragment);
    amounts['lacks-gpu'] += task.popularity * fragment;
  }
  return amounts;
}

/** What is free on GPUs that have less than the task asks of each. */
function tooFull(gpuMilliFree: ArrayLike<number>, { gpuMilli }: GpuTask): number {
  let sum = 0;
  for (let gpu = 0; gpu < gpuMilliFree.length; gpu += 1) {
    const free = gpuMilliFree[gpu] as number;
    if (free < gpuMilli) sum += free;
  }
  return sum;
}
