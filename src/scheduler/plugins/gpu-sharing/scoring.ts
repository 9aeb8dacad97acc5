/** What the policies have in common. */
import { z } from 'zod';
import type { NodeBlock } from '../../framework/node-block.ts';
import type { PluginFor } from '../../framework/profile.ts';
import type { GpuDevices } from './gpu-devices.ts';
import type { GpuTask } from './gpu-task.ts';
import type { GpuNodeState } from './node-state.ts';
import { ScoreCache } from './score-cache.ts';

type Score = PluginFor<'score'>['score'];

/** The node that all others are measured against, so that CPU and GPU can be compared. */ export const largestNodeArgs =
  z.strictObject({
    /** CPU of the largest node. The default is that of openb, as in the paper's experiments. */
    largestCpuMilli: z.number().positive().default(128_000),
    /** GPUs of the largest node, in thousandths. */
    largestGpuMilli: z.number().positive().default(8000),
  });
export type LargestNode = z.output<typeof largestNodeArgs>;

export const openbLargestNode: LargestNode = largestNodeArgs.parse({});

/** Writes the score of each node of a block. */
export function scoreBlock({ slots, count }: NodeBlock, scores: Float64Array, scoreOf: (slot: number) => number): void {
  for (let place = 0; place < count; place += 1) scores[place] = scoreOf(slots[place] as number);
}

/** A whole score; what a node larger than the largest would have beyond 0 to 100 is cut off. */
export function wholeScore(score: number): number {
  return Math.min(100, Math.max(0, Math.trunc(score)));
}

/** A score that depends on the state of the node and on the task alone. */
export function stateScore(
  devices: GpuDevices,
  scoreOf: (state: GpuNodeState, task: GpuTask, slot: number) => number,
): Score {
  const cache = new ScoreCache();
  const stateIdOf = (slot: number): number => devices.stateId(slot);
  return ({ pod }, feasible, scores) => {
    const task = devices.taskOf(pod);
    cache.score(pod.shape, feasible, scores, stateIdOf, (slot) => scoreOf(devices.state(slot), task, slot));
  };
}
