/** The agent without its process: finds the task, runs it, and reports how it ended. */
import type { AgentMessage } from './protocol.ts';
import type { TaskLoader } from './task.ts';
import type { AgentJob } from './types.ts';

export type Send = (message: AgentMessage) => void;

/** Checks what was read as the job. @throws Error when it has no task */
export function parseJob(text: string): AgentJob {
  const job: unknown = JSON.parse(text);
  if (typeof job !== 'object' || job === null || !('task' in job) || typeof job.task !== 'string') {
    throw new Error("the job is not an object with a 'task'");
  }
  return { task: job.task, input: 'input' in job ? job.input : undefined };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface AgentSurroundings {
  readonly readJob: () => string;
  readonly tasks: Readonly<Record<string, TaskLoader>>;
  readonly send: Send;
  /** Aborted when the parent asks for an early end. */
  readonly signal: AbortSignal;
  /** Takes an error with its stack, which is for the console only. */
  readonly log: (error: unknown) => void;
}

/** Never rejects: whatever goes wrong is the last message. */
export async function runAgent({ readJob, tasks, send, signal, log }: AgentSurroundings): Promise<void> {
  try {
    const job = parseJob(readJob());
    const load = Object.hasOwn(tasks, job.task) ? tasks[job.task] : undefined;
    if (load === undefined) {
      throw new Error(`unknown task '${job.task}'; this agent knows ${Object.keys(tasks).join(', ')}`);
    }
    send({ type: 'started' });
    const task = await load();
    await task(job.input, (record) => send({ type: 'record', record }), signal);
    send({ type: 'done' });
  } catch (error) {
    log(error);
    send({ type: 'failed', message: messageOf(error) });
  }
}
