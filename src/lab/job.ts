/** What crosses from the process that keeps the run to the agent inside a kernel, and back. Plain JSON both ways. */
import type { KernelName } from '../kernel/types.ts';
import type { ServicePort } from '../proxy/types.ts';
import type { LabSpec } from './lab-spec.ts';
import type { ResultRecord, SliceRecord } from './records.ts';
import type { Progress } from './rounds.ts';

export const labTaskName = 'lab';

export interface LabJob {
  readonly kernel: KernelName;
  readonly seed: number;
  readonly spec: LabSpec;
  /** The TCP Service port of the manifests that is measured. */
  readonly target: ServicePort;
  /** What an interrupted run has measured already, by `stageKey`. */
  readonly done: Readonly<Record<string, Progress>>;
}

/** One box of time: slices of the same stage are interleaved with each other and with nothing else. */
export type Stage = SweepStage | { readonly kind: 'balance'; readonly backends: 'even' | 'uneven' };

/** The stages that are made at each Service count. */
export type SweepStage =
  | { readonly kind: 'programming'; readonly services: number }
  | { readonly kind: 'packet-cost'; readonly services: number }
  | { readonly kind: 'latency'; readonly services: number };

export function stageKey(kernel: KernelName, stage: Stage): string {
  return `${kernel}/${stage.kind}/${stage.kind === 'balance' ? stage.backends : stage.services}`;
}

/** How far the agent has come; for the progress display only, never recorded. */
export interface ProgressMessage {
  readonly type: 'progress';
  readonly stage: string;
  /** Of the kernel's whole plan, 0 to 1. */
  readonly fraction: number;
}

export type AgentMessage = ResultRecord | ProgressMessage;

/** The stage that a slice was made in. */
export function stageOf(slice: SliceRecord): Stage {
  switch (slice.measure) {
    case 'program-cold':
    case 'program-add':
      return { kind: 'programming', services: slice.point.services };
    case 'new-flow':
    case 'established':
      return { kind: 'packet-cost', services: slice.point.services };
    case 'crr':
    case 'rr':
    case 'udp':
      return { kind: 'latency', services: slice.point.services };
    case 'balance':
      return { kind: 'balance', backends: slice.point.backends ?? 'even' };
  }
}

/** Rounds and time of each stage in the slices of an interrupted run. A round that was cut short counts as made. */
export function progressOf(slices: Iterable<SliceRecord>): Record<string, Progress> {
  const progress: Record<string, Progress> = {};
  for (const slice of slices) {
    const key = stageKey(slice.kernel, stageOf(slice));
    const before = progress[key] ?? { rounds: 0, spentNs: 0 };
    progress[key] = {
      rounds: Math.max(before.rounds, slice.round + 1),
      spentNs: before.spentNs + slice.durationNs,
    };
  }
  return progress;
}
