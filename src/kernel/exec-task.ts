/** Runs a program inside the kernel's namespaces and streams what it prints. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { applyLinks, closeNetns, currentNetns } from '../../native/netns/index.ts';
import { LineDecoder } from './line-decoder.ts';
import type { Task } from './task.ts';

export interface ExecInput {
  readonly command: string;
  readonly args: readonly string[];
  /** @default the agent's own */
  readonly cwd?: string;
  /** Added to the agent's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The last record is `exited`; a program that was ended by a signal has no code. */
export type ExecRecord =
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Programs expect a loopback that works; in a fresh namespace it is down. */
function raiseLoopback(): void {
  const here = currentNetns();
  try {
    applyLinks(here, [{ op: 'up', name: 'lo' }]);
  } finally {
    closeNetns(here);
  }
}

export const execTask: Task = async (input, emit, signal) => {
  const { command, args, cwd, env } = input as ExecInput;
  const record = (value: ExecRecord) => emit(value);
  raiseLoopback();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  for (const stream of ['stdout', 'stderr'] as const) {
    const decoder = new LineDecoder((line) => record({ type: 'output', stream, line }));
    child[stream].on('data', (chunk: Buffer) => decoder.push(chunk));
    child[stream].on('end', () => decoder.end());
  }
  try {
    await once(child, 'close');
  } finally {
    signal.removeEventListener('abort', stop);
  }
  record({ type: 'exited', code: child.exitCode, signal: child.signalCode });
};
