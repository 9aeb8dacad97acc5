/** What came of a replay, event by event: all that is reported of it is computed from this afterwards. */
import type { TraceNode } from '../../workloads/trace/trace.ts';
import type { GpuTask } from '../plugins/gpu-sharing/gpu-task.ts';

/** Pods are told apart by name; one that was preempted may arrive again under its old one. */
export type ReplayRecord =
  | { readonly kind: 'arrived'; readonly timeNs: number; readonly pod: string; readonly task: GpuTask }
  | {
      readonly kind: 'bound';
      readonly timeNs: number;
      readonly pod: string;
      readonly node: string;
      /** The GPUs of the node that it has, from 0. */
      readonly gpus: readonly number[];
    }
  /** Left of its own accord, whether it had a node or still waited. */
  | { readonly kind: 'departed'; readonly timeNs: number; readonly pod: string }
  /** Lost its node to another pod. */
  | { readonly kind: 'preempted'; readonly timeNs: number; readonly pod: string };

export interface ReplayLog {
  readonly nodes: readonly TraceNode[];
  /** In order of time; those of one time in the order in which they happened. */
  readonly records: readonly ReplayRecord[];
  /** When the replay ended, at or after the last record. */
  readonly endNs: number;
}
