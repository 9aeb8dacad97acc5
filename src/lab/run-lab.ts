/** A run from its first record to its last: one kernel after the other, every record on disk as it is made. */
import type { AgentExit, Kernel, KernelName } from '../kernel/types.ts';
import type { ServicePort } from '../proxy/types.ts';
import { armsOf } from './arms.ts';
import { SchedulingFailure } from './errors.ts';
import { type AgentMessage, type LabJob, labTaskName, type ProgressMessage } from './job.ts';
import type { Lab } from './lab-spec.ts';
import type { EndRecord, ResultRecord, SchedulingRecord } from './records.ts';
import type { Progress } from './rounds.ts';
import type { RecordWriter } from './run-directory.ts';
import { measureScheduling } from './scheduling/measure.ts';
import type { SchedulingThread } from './scheduling/thread.ts';
import { plannedSeconds } from './stages.ts';

export type KernelChoice = 'auto' | KernelName;

/** Who makes progress: a kernel, or the scheduler, which needs none. */
export type ProgressSource = KernelName | 'scheduler';

export interface LabRun {
  readonly lab: Lab;
  readonly target: ServicePort;
  readonly seed: number;
  readonly kernel: KernelChoice;
  readonly kernels: Readonly<Record<KernelName, Kernel>>;
  /** Called only for a lab with scheduler profiles. */
  readonly openSchedulingThread: () => SchedulingThread;
  readonly writer: RecordWriter;
  readonly signal: AbortSignal;
  readonly onProgress: (source: ProgressSource, progress: ProgressMessage) => void;
  /** What an interrupted run has already. */
  readonly done?: Readonly<Record<string, Progress>>;
  /** The same of the scheduler, slice by slice. */
  readonly scheduled?: readonly SchedulingRecord[];
}

/** A kernel that hangs is given up after so much more than its plan. */
const slackSeconds = 240;
const slackFactor = 4;

interface KernelOutcome {
  readonly exit: AgentExit;
  /** Arms that this kernel measures; undefined when it never came to say so. */
  readonly arms: ReadonlySet<string> | undefined;
}

function isRecord(message: AgentMessage): message is ResultRecord {
  return message.type !== 'progress';
}

async function runKernel(run: LabRun, name: KernelName): Promise<KernelOutcome> {
  const job: LabJob = {
    kernel: name,
    seed: run.seed,
    spec: run.lab.spec,
    target: run.target,
    done: run.done ?? {},
  };
  let arms: ReadonlySet<string> | undefined;
  const exit = await run.kernels[name].run(
    { task: labTaskName, input: job },
    {
      signal: run.signal,
      timeLimitMs: (plannedSeconds(run.lab.spec) * slackFactor + slackSeconds) * 1000,
      onRecord: (value) => {
        // It comes from this program's own agent, of the same version.
        const message = value as AgentMessage;
        if (!isRecord(message)) return run.onProgress(name, message);
        if (message.type === 'kernel') arms = new Set(message.arms.map(({ id }) => id));
        run.writer.append(message);
      },
    },
  );
  return { exit, arms };
}

/** The kernels to try: `auto` adds the guest when the host lacks an arm that the lab asks for. */
async function* outcomes(run: LabRun): AsyncGenerator<readonly [KernelName, KernelOutcome]> {
  const first: KernelName = run.kernel === 'uml' ? 'uml' : 'host';
  const outcome = await runKernel(run, first);
  yield [first, outcome];
  if (run.kernel !== 'auto' || run.signal.aborted) return;
  const missing = armsOf(run.lab.spec).some(({ id }) => outcome.arms?.has(id) !== true);
  if (missing) yield ['uml', await runKernel(run, 'uml')];
}

/** The scheduler's section, once the kernels are done and leave the CPU to it. Returns what went wrong. */
async function runScheduling(run: LabRun): Promise<string | undefined> {
  const { scheduling: spec } = run.lab.spec;
  if (spec.profiles.length === 0 || run.signal.aborted) return undefined;
  const thread = run.openSchedulingThread();
  try {
    await measureScheduling({
      spec,
      seed: run.seed,
      thread,
      signal: run.signal,
      record: (slice) => run.writer.append(slice),
      progress: (fraction) => run.onProgress('scheduler', { type: 'progress', stage: 'profiles', fraction }),
      nowNs: () => Number(process.hrtime.bigint()),
      done: run.scheduled ?? [],
    });
    return undefined;
  } catch (error) {
    if (error instanceof SchedulingFailure) return error.message;
    throw error;
  } finally {
    await thread.close();
  }
}

/** The kernel's own console is the best witness of how it ended; its last lines go along. */
function failureText(exit: Extract<AgentExit, { state: 'failed' | 'timed-out' }>): string {
  const what = exit.state === 'failed' ? exit.message : `did not finish within ${Math.round(exit.afterMs / 1000)} s`;
  const tail = exit.console.trim().split('\n').slice(-8).join('\n');
  return tail === '' ? what : `${what}\nlast lines of its console:\n${tail}`;
}

/**
 * Measures and writes; returns the end record, which is the last one written. A kernel that cannot be started is left
 * out and said; one that breaks off ends the run as failed, with all that it had measured kept.
 * @throws LabError when the results cannot be written.
 */
export async function runLab(run: LabRun): Promise<EndRecord> {
  const failures: string[] = [];
  let measured = false;
  for await (const [name, { exit, arms }] of outcomes(run)) {
    measured ||= (arms?.size ?? 0) > 0;
    if (exit.state === 'done' || exit.state === 'aborted') continue;
    const reason = failureText(exit);
    run.writer.append({
      type: 'omitted',
      kernel: name,
      what: arms === undefined ? 'this kernel' : 'the rest of this kernel',
      reason,
    });
    if (arms !== undefined) failures.push(`${name}: ${reason}`);
  }
  const broken = await runScheduling(run);
  if (broken !== undefined) failures.push(broken);
  const endedAt = new Date().toISOString();
  const end: EndRecord = run.signal.aborted
    ? { type: 'end', endedAt, status: 'interrupted' }
    : failures.length > 0 || !measured
      ? {
          type: 'end',
          endedAt,
          status: 'failed',
          message: failures.join('\n') || 'no kernel here can run any arm of the lab; `kubedyno doctor` says why',
        }
      : { type: 'end', endedAt, status: 'complete' };
  run.writer.append(end);
  return end;
}
