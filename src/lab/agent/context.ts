/** What the stages of one kernel share. */
import { monotonicNs } from '../../../native/traffic/index.ts';
import type { KernelName } from '../../kernel/types.ts';
import type { ValidityLimits } from '../../load/index.ts';
import { createLabelledRandom, type Random } from '../../stats/random.ts';
import { type LabJob, type Stage, stageKey } from '../job.ts';
import type { TimeBox } from '../lab-spec.ts';
import type { ResultRecord, SliceRecord } from '../records.ts';
import { roundsWithin } from '../rounds.ts';

export interface LabContext {
  readonly job: LabJob;
  readonly signal: AbortSignal;
  readonly emit: (record: ResultRecord) => void;
  /** Tells the parent how far the stage has come, 0 to 1. */
  readonly progress: (stage: Stage, fraction: number) => void;
  /** CPUs by their part; on a machine with one CPU all are the same. */
  readonly cpus: { readonly generator: number; readonly backends: number };
  /** What a valid slice must keep to on this many CPUs. */
  readonly limits: ValidityLimits;
}

/** Slices without what is the same for all slices of a round. */
export type SliceBody = Omit<SliceRecord, 'type' | 'kernel' | 'round' | 'order'>;

/** The order of a stage's draws does not depend on the other stages, nor on where a run was resumed. */
export function stageRandom(context: LabContext, stage: Stage, round: number): Random {
  return createLabelledRandom(context.job.seed, `${stageKey(context.job.kernel, stage)}/${round}`);
}

/** `enough`: more rounds of this stage would be in vain. */
export type RoundVerdict = 'go-on' | 'enough';

/**
 * Runs the rounds of a stage within its box of time. `round` makes the slices of one round; each is recorded as soon
 * as it is made.
 */
export async function runRounds(
  context: LabContext,
  stage: Stage,
  box: TimeBox,
  round: (random: Random, record: (slice: SliceBody) => void, round: number) => Promise<RoundVerdict>,
): Promise<void> {
  const { job, signal } = context;
  const kernel: KernelName = job.kernel;
  const startedNs = monotonicNs();
  const done = job.done[stageKey(kernel, stage)];
  for (const number of roundsWithin(box, monotonicNs, done)) {
    signal.throwIfAborted();
    let order = 0;
    const verdict = await round(
      stageRandom(context, stage, number),
      (slice) => {
        context.emit({ type: 'slice', kernel, ...slice, round: number, order });
        order += 1;
      },
      number,
    );
    const fraction = Math.max((number + 1) / box.maxRounds, (monotonicNs() - startedNs) / (box.seconds * 1e9));
    context.progress(stage, Math.min(1, fraction));
    if (verdict === 'enough') return;
  }
}
