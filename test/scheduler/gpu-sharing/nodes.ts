/** States of nodes, tasks and objects for tests of GPU sharing, from as few words as a test needs. */
import fc from 'fast-check';
import type { Node, Pod } from '../../../src/api/objects.ts';
import type { GpuNodeState, GpuTask, TaskClass } from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { nodeObject, podObject } from '../../../src/workloads/trace/to-objects.ts';

export function stateOf(gpuMilliFree: readonly number[], words: Partial<GpuNodeState> = {}): GpuNodeState {
  return { cpuMilliFree: 64_000, memoryMibFree: 65_536, model: 'T4', gpuMilliFree, ...words };
}

/** Asks for 1 CPU and no memory unless said otherwise. */
export function taskOf(gpus: number, gpuMilli: number, words: Partial<GpuTask> = {}): GpuTask {
  return { cpuMilli: 1000, memoryMib: 0, gpus, gpuMilli, models: [], ...words };
}

export function share(gpuMilli: number, words: Partial<GpuTask> = {}): GpuTask {
  return taskOf(1, gpuMilli, words);
}

export function gpuNode(name: string, gpus: number, words: { model?: string; cpuMilli?: number } = {}): Node {
  const { model = 'T4', cpuMilli = 64_000 } = words;
  return nodeObject({ name, cpuMilli, memoryMib: 262_144, gpus, model: gpus === 0 ? '' : model });
}

export function gpuPod(name: string, task: GpuTask, nodeName = '', annotations: Record<string, string> = {}): Pod {
  const pod = podObject({ ...task, name, qos: '' });
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec: { ...pod.spec, nodeName } };
}

const models = ['T4', 'P100', 'G2'];

export const arbitraryTask: fc.Arbitrary<GpuTask> = fc
  .record({
    cpuMilli: fc.integer({ min: 0, max: 20_000 }),
    memoryMib: fc.integer({ min: 0, max: 20_000 }),
    models: fc.subarray(models),
    ...{ gpus: fc.constant(0), gpuMilli: fc.constant(0) },
  })
  .chain((task) =>
    fc.oneof(
      fc.integer({ min: 1, max: 1000 }).map((gpuMilli) => ({ ...task, gpus: 1, gpuMilli })),
      fc.integer({ min: 0, max: 4 }).map((gpus) => ({ ...task, gpus, gpuMilli: gpus === 0 ? 0 : 1000 })),
    ),
  );

export const arbitraryState: fc.Arbitrary<GpuNodeState> = fc.record({
  cpuMilliFree: fc.integer({ min: 0, max: 40_000 }),
  memoryMibFree: fc.integer({ min: 0, max: 40_000 }),
  gpuMilliFree: fc.array(fc.oneof(fc.constant(1000), fc.integer({ min: 0, max: 1000 })), { maxLength: 8 }),
  model: fc.constantFrom(...models),
});

/** Classes whose popularities add up to 1. */
export const arbitraryWorkload: fc.Arbitrary<readonly TaskClass[]> = fc
  .array(fc.tuple(arbitraryTask, fc.integer({ min: 1, max: 10 })), { minLength: 1, maxLength: 6 })
  .map((classes) => {
    const total = classes.reduce((sum, [, count]) => sum + count, 0);
    return classes.map(([task, count]) => ({ ...task, popularity: count / total }));
  });
