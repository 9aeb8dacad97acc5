/** The GPUs of a node and what is left of it: what filters, policies and the measure of fragmentation are functions of. */
import { milliPerGpu } from '../../../workloads/gpu-resources.ts';
import { type GpuTask, isSharing } from './gpu-task.ts';

export interface GpuNodeState {
  readonly cpuMilliFree: number;
  readonly memoryMibFree: number;
  /** By GPU: thousandths of it that are free. */
  readonly gpuMilliFree: ArrayLike<number>;
  /** Of its GPUs; empty without any. */
  readonly model: string;
}

/** Whether the task may use the node's GPUs at all. */
export function mayUse(model: string, { models }: GpuTask): boolean {
  return models.length === 0 || models.includes(model);
}

/** Whether so many GPUs of the node have so much free that the task asks of each. */
export function hasGpusFor(gpuMilliFree: ArrayLike<number>, { gpus, gpuMilli }: GpuTask): boolean {
  let missing = gpus;
  for (let gpu = 0; gpu < gpuMilliFree.length && missing > 0; gpu += 1) {
    if ((gpuMilliFree[gpu] as number) >= gpuMilli) missing -= 1;
  }
  return missing === 0;
}

export function freeGpuMilli(gpuMilliFree: ArrayLike<number>): number {
  let sum = 0;
  for (let gpu = 0; gpu < gpuMilliFree.length; gpu += 1) sum += gpuMilliFree[gpu] as number;
  return sum;
}

/** GPUs that nothing runs on. */
export function idleGpus(gpuMilliFree: ArrayLike<number>): number {
  let idle = 0;
  for (let gpu = 0; gpu < gpuMilliFree.length; gpu += 1) if (gpuMilliFree[gpu] === milliPerGpu) idle += 1;
  return idle;
}

/** GPUs that have enough free for a task that asks for one. */
export function roomyGpus(gpuMilliFree: ArrayLike<number>, gpuMilli: number): number[] {
  const roomy: number[] = [];
  for (let gpu = 0; gpu < gpuMilliFree.length; gpu += 1) {
    if ((gpuMilliFree[gpu] as number) >= gpuMilli) roomy.push(gpu);
  }
  return roomy;
}

/**
 * The GPUs that a task gets where nobody has a better idea: a share goes to the GPU with the least room that is
 * enough, whole ones are the first that are idle. Undefined when there are not enough.
 */
export function bestFitGpus(gpuMilliFree: ArrayLike<number>, task: GpuTask): readonly number[] | undefined {
  const roomy = roomyGpus(gpuMilliFree, task.gpuMilli);
  if (roomy.length < task.gpus) return undefined;
  if (!isSharing(task)) return roomy.slice(0, task.gpus);
  const room = (gpu: number): number => gpuMilliFree[gpu] as number;
  return [roomy.reduce((best, gpu) => (room(gpu) < room(best) ? gpu : best))];
}

/** The node once the task runs on these of its GPUs. */
export function withTask(state: GpuNodeState, task: GpuTask, gpus: readonly number[]): GpuNodeState {
  const gpuMilliFree = Array.from(state.gpuMilliFree);
  for (const gpu of gpus) gpuMilliFree[gpu] = (gpuMilliFree[gpu] as number) - task.gpuMilli;
  return {
    model: state.model,
    cpuMilliFree: state.cpuMilliFree - task.cpuMilli,
    memoryMibFree: state.memoryMibFree - task.memoryMib,
    gpuMilliFree,
  };
}
