/** One job in one set of private namespaces: starts it, speaks the protocol with it, and ends it completely. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { parseAgentMessage } from './agent-message.ts';
import { ConsoleTail } from './console-tail.ts';
import { blocked, failures, isolationObstacle, obstacles } from './errors.ts';
import { isolated } from './isolation.ts';
import { LineDecoder } from './line-decoder.ts';
import { type AgentMessage, abortLine } from './protocol.ts';
import type { AgentExit, AgentJob, Obstacle, RunOptions } from './types.ts';

export interface SessionCommand {
  /** What runs inside the namespaces and ends up as the agent. */
  readonly command: readonly string[];
  /** Size of the private /run, as mount(8) takes it. */
  readonly runSize: string;
  /** Words for an end that nobody announced. */
  readonly describeEnd: (code: number | null, signal: NodeJS.Signals | null) => string;
}

/** How long an agent that was asked to stop may take over it. */
const graceMs = 5000;
const consoleLines = 200;
/** How long the console of a guest whose agent is gone may still be read. */
const consoleDrainMs = 500;

type Verdict =
  | { readonly state: 'done' | 'aborted' | 'timed-out' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'blocked'; readonly obstacle: Obstacle }
  /** `onRecord` threw: the caller's own failure, which goes back to the caller as it is. */
  | { readonly state: 'rejected'; readonly error: unknown };

/**
 * Runs the job to its end. When the promise settles, no process of the session is left.
 * @throws whatever `onRecord` throws; everything else is an `AgentExit`
 */
export function runSession(command: SessionCommand, job: AgentJob, options: RunOptions): Promise<AgentExit> {
  return new Session(command, job, options).finished;
}

class Session {
  readonly finished: Promise<AgentExit>;
  readonly #command: SessionCommand;
  readonly #job: AgentJob;
  readonly #options: RunOptions;
  readonly #console = new ConsoleTail(consoleLines);
  readonly #child: ChildProcess;
  /** The first one stands: what comes after it is a consequence of it. */
  #verdict: Verdict | undefined;
  #phase: 'isolating' | 'starting' | 'working' = 'isolating';
  #killed = false;
  #timers: NodeJS.Timeout[] = [];

  constructor(command: SessionCommand, job: AgentJob, options: RunOptions) {
    this.#command = command;
    this.#job = job;
    this.#options = options;
    const [file, ...args] = isolated(command.runSize, command.command);
    // Detached: a Ctrl-C in the terminal reaches only the parent, which then decides how the session ends.
    this.#child = spawn(file, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] });
    this.finished = new Promise((resolve, reject) => {
      this.#child.once('error', () => {
        this.#decide({ state: 'blocked', obstacle: obstacles.noTool(file) });
        this.#settle(resolve, reject);
      });
      this.#child.once('close', (code, signal) => {
        this.#decide(this.#unannouncedEnd(code, signal));
        this.#settle(resolve, reject);
      });
    });
    this.#listen();
  }

  #listen(): void {
    const { stdin, stdout, stderr, stdio } = this.#child;
    const decoder = new LineDecoder((line) => this.#receive(line));
    // What is printed after the kill is about the kill, not about the job.
    const keep = (chunk: Buffer): void => {
      if (!this.#killed) this.#console.push(chunk);
    };
    stdout?.on('data', keep);
    stderr?.on('data', keep);
    if (stdio[3] instanceof Socket) stdio[3].on('data', (chunk: Buffer) => decoder.push(chunk));
    // The other end may be gone at any moment; its end is reported by 'close', so a broken pipe is no news.
    for (const stream of [stdin, stdio[3], stdio[4]]) stream?.on('error', () => undefined);

    const { signal, timeLimitMs } = this.#options;
    this.#timers.push(setTimeout(() => this.#stop({ state: 'timed-out' }), timeLimitMs));
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener('abort', this.#abort, { once: true });
  }

  #receive(line: string): void {
    const message = parseAgentMessage(line);
    if (message === undefined) this.#stop({ state: 'failed', message: failures.brokenMessage(line) });
    else this.#handle(message);
  }

  #handle(message: AgentMessage): void {
    switch (message.type) {
      case 'ready':
        this.#phase = 'starting';
        if (this.#child.stdio[4] instanceof Socket) this.#child.stdio[4].end(JSON.stringify(this.#job));
        return;
      case 'started':
        this.#phase = 'working';
        return;
      case 'record':
        try {
          this.#options.onRecord(message.record);
        } catch (error) {
          this.#stop({ state: 'rejected', error });
        }
        return;
      case 'done':
        this.#decide({ state: 'done' });
        this.#killAfterGrace();
        return;
      case 'failed':
        this.#decide({ state: 'failed', message: message.message });
        this.#killAfterGrace();
        return;
      case 'agent-exited':
        this.#decide({ state: 'failed', message: failures.agentEnded(message.code, null) });
        // What the guest's console had to say about it travels on a pipe of its own and may arrive later.
        this.#timers.push(setTimeout(() => this.#kill(), consoleDrainMs));
    }
  }

  /** An arrow function, because it is also the listener that is taken off again. */
  readonly #abort = (): void => {
    if (this.#phase !== 'working') {
      this.#stop({ state: 'aborted' });
      return;
    }
    this.#decide({ state: 'aborted' });
    this.#child.stdin?.write(`${abortLine}\n`);
    this.#killAfterGrace();
  };

  #decide(verdict: Verdict): void {
    this.#verdict ??= verdict;
  }

  #stop(verdict: Verdict): void {
    this.#decide(verdict);
    this.#kill();
  }

  #killAfterGrace(): void {
    this.#timers.push(setTimeout(() => this.#kill(), graceMs));
  }

  /**
   * Kills the first process of the process namespace, so that unshare ends only after the kernel has ended every
   * process in there; where it cannot be found, unshare itself, which takes the others with it a moment later.
   */
  #kill(): void {
    this.#killed = true;
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    process.kill(firstChildOf(pid) ?? pid, 'SIGKILL');
  }

  #unannouncedEnd(code: number | null, signal: NodeJS.Signals | null): Verdict {
    if (this.#phase === 'isolating') return { state: 'blocked', obstacle: isolationObstacle(this.#console.text()) };
    // unshare means to die of the signal that its child died of, and cannot where that is SIGKILL.
    const killed = /^unshare: sigprocmask unblock failed/m.test(this.#console.text());
    return { state: 'failed', message: this.#command.describeEnd(code, killed ? 'SIGKILL' : signal) };
  }

  #settle(resolve: (exit: AgentExit) => void, reject: (error: unknown) => void): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#options.signal?.removeEventListener('abort', this.#abort);
    if (this.#verdict?.state === 'rejected') reject(this.#verdict.error);
    else if (this.#verdict !== undefined) resolve(this.#exitOf(this.#verdict));
  }

  #exitOf(verdict: Exclude<Verdict, { state: 'rejected' }>): AgentExit {
    const console = this.#console.text();
    switch (verdict.state) {
      case 'done':
      case 'aborted':
        return { state: verdict.state };
      case 'timed-out':
        return { state: 'timed-out', afterMs: this.#options.timeLimitMs, console };
      case 'failed':
        return { state: 'failed', message: verdict.message, console };
      case 'blocked':
        return blocked(verdict.obstacle, console);
    }
  }
}

/** The first child of a process, where the kernel lists children (CONFIG_PROC_CHILDREN) and there is one. */
function firstChildOf(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child === undefined || child === '' ? undefined : Number(child);
  } catch {
    return undefined;
  }
}
