/** What a pod asks of a node in a cluster that shares GPUs. */
import type { NodeSelectorTerm } from '../../../api/objects.ts';
import { gpuMilliResource, gpuModelLabel, milliPerGpu } from '../../../workloads/gpu-resources.ts';
import type { PodShape } from '../../cluster/pod-info.ts';
import { cpu, memory, type ResourceTable } from '../../cluster/resource-table.ts';

export interface GpuTask {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpus: number;
  /** Of each of its GPUs: 1000 is a whole one. Less only with a single GPU; 0 without. */
  readonly gpuMilli: number;
  /** GPU models that will do; empty: any. */
  readonly models: readonly string[];
}

export function totalGpuMilli({ gpus, gpuMilli }: GpuTask): number {
  return gpus * gpuMilli;
}

/** Whether it takes a part of one GPU and leaves the rest to others. */
export function isSharing({ gpus, gpuMilli }: GpuTask): boolean {
  return gpus === 1 && gpuMilli < milliPerGpu;
}

/** Whether the amount of GPU is one that can be given: a share of one, or whole ones. */
export function isGivable(gpuMilliInAll: number): boolean {
  return gpuMilliInAll < milliPerGpu || gpuMilliInAll % milliPerGpu === 0;
}

/** @returns what pods of a shape ask for; an amount that cannot be given counts as the next larger that can */
export function taskOfShape({ requests, spec }: PodShape, resources: ResourceTable): GpuTask {
  const amount = (resource: number): number => requests.amounts[requests.resources.indexOf(resource)] ?? 0;
  const gpuMilliInAll = amount(resources.index(gpuMilliResource));
  const isShare = gpuMilliInAll < milliPerGpu;
  const required = spec.affinity.nodeAffinity?.required?.nodeSelectorTerms;
  const selected = spec.nodeSelector[gpuModelLabel];
  return {
    cpuMilli: amount(cpu),
    memoryMib: amount(memory) / 2 ** 20,
    gpus: isShare ? Math.min(1, gpuMilliInAll) : Math.ceil(gpuMilliInAll / milliPerGpu),
    gpuMilli: isShare ? gpuMilliInAll : milliPerGpu,
    models: selected === undefined ? modelsOf(required ?? []) : [selected],
  };
}

/** Models that some term allows. A term that says nothing of models allows all: then there is no restriction. */
function modelsOf(terms: readonly NodeSelectorTerm[]): readonly string[] {
  const lists = terms.map(
    ({ matchExpressions }) =>
      matchExpressions.find(({ key, operator }) => key === gpuModelLabel && operator === 'In')?.values,
  );
  const named = lists.filter((list) => list !== undefined);
  return named.length < lists.length ? [] : [...new Set(named.flat())];
}
