/** The scheduler section of a lab: every profile once a round, in seeded random order, until the time is spent. */
import { createLabelledRandom } from '../../stats/random.ts';
import { SchedulingFailure } from '../errors.ts';
import type { SchedulingSpec } from '../lab-spec.ts';
import type { SchedulingRecord } from '../records.ts';
import { roundsWithin, shuffled } from '../rounds.ts';
import type { SchedulingSlice, SchedulingTask } from './slice.ts';
import type { SchedulingThread } from './thread.ts';

export interface SchedulingRun {
  readonly spec: SchedulingSpec;
  readonly seed: number;
  readonly thread: SchedulingThread;
  readonly signal: AbortSignal;
  readonly record: (slice: SchedulingRecord) => void;
  /** How far it has come, 0 to 1. */
  readonly progress: (fraction: number) => void;
  readonly nowNs: () => number;
  /** What an interrupted run has already. */
  readonly done: readonly SchedulingRecord[];
}

/** After so much of it the engine has compiled what it is going to compile. */
const rehearsals = 3;
const rehearsalPods = 1500;

/**
 * Goes on in the middle of a round that was cut short: its slices are short, and there are not many rounds.
 * Ends early, without a word, when the signal aborts.
 * @throws SchedulingFailure when a slice cannot be made; whatever `record` throws.
 */
export async function measureScheduling(run: SchedulingRun): Promise<void> {
  const { spec, seed, signal, nowNs } = run;
  const { nodes, pods } = spec;
  const profiles = [...new Set(spec.profiles)];
  const made = new Set(run.done.map(({ round, profile }) => `${round}/${profile}`));
  const isMade = (round: number, profile: string): boolean => made.has(`${round}/${profile}`);
  let rounds = 0;
  while (rounds < spec.maxRounds && profiles.every((profile) => isMade(rounds, profile))) rounds += 1;
  const spentNs = run.done.reduce((sum, { durationNs }) => sum + durationNs, 0);
  const startedNs = nowNs() - spentNs;
  let rehearsed = false;
  for (const round of roundsWithin(spec, nowNs, { rounds, spentNs })) {
    // Untimed: profiles share most of their code, and whichever came first would pay for having it compiled.
    if (!rehearsed) {
      for (const profile of Array.from({ length: rehearsals }, () => profiles).flat()) {
        const task = { profile, seed, nodes, pods: Math.min(pods, rehearsalPods) };
        if ((await sliceOf(run, task)) === undefined) return;
      }
      rehearsed = true;
    }
    const random = createLabelledRandom(seed, `scheduling/${round}`);
    const traceSeed = Math.floor(random.next() * 2 ** 31);
    for (const [order, profile] of shuffled(profiles, random).entries()) {
      if (isMade(round, profile)) continue;
      const slice = await sliceOf(run, { profile, seed: traceSeed, nodes, pods });
      if (slice === undefined || signal.aborted) return;
      run.record({ type: 'scheduling', profile, round, order, ...slice });
    }
    const fraction = Math.max((round + 1) / spec.maxRounds, (nowNs() - startedNs) / (spec.seconds * 1e9));
    run.progress(Math.min(1, fraction));
  }
  run.progress(1);
}

/** Undefined when the signal aborts. */
async function sliceOf({ thread, signal }: SchedulingRun, task: SchedulingTask): Promise<SchedulingSlice | undefined> {
  try {
    return await thread.run(task, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw new SchedulingFailure(task.profile, error);
  }
}
