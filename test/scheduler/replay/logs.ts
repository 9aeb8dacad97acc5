/** Logs of replays for tests, from as few words as a test needs. */
import type { GpuTask } from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import type { ReplayLog, ReplayRecord } from '../../../src/scheduler/replay/index.ts';
import type { TraceNode } from '../../../src/workloads/trace/index.ts';

export function traceNode(name: string, gpus: number, words: Partial<TraceNode> = {}): TraceNode {
  return { name, cpuMilli: 10_000, memoryMib: 1000, gpus, model: gpus === 0 ? '' : 'T4', ...words };
}

export function gpuTask(gpus: number, gpuMilli: number, words: Partial<GpuTask> = {}): GpuTask {
  return { cpuMilli: 1000, memoryMib: 100, gpus, gpuMilli, models: [], ...words };
}

export const arrived = (timeS: number, pod: string, task: GpuTask): ReplayRecord => ({
  kind: 'arrived',
  timeNs: timeS * 1e9,
  pod,
  task,
});

export const bound = (timeS: number, pod: string, node: string, ...gpus: number[]): ReplayRecord => ({
  kind: 'bound',
  timeNs: timeS * 1e9,
  pod,
  node,
  gpus,
});

export const departed = (timeS: number, pod: string): ReplayRecord => ({
  kind: 'departed',
  timeNs: timeS * 1e9,
  pod,
});

export const preempted = (timeS: number, pod: string): ReplayRecord => ({
  kind: 'preempted',
  timeNs: timeS * 1e9,
  pod,
});

export function logOf(nodes: readonly TraceNode[], records: readonly ReplayRecord[], endS?: number): ReplayLog {
  return { nodes, records, endNs: endS === undefined ? (records.at(-1)?.timeNs ?? 0) : endS * 1e9 };
}
