/** Runs the built program as a user does. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../../native/load.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `kubedyno` with a pipe for its output, as CI does. */
export function startKubedyno(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'kubedyno.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 150_000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

export function kubedyno(...args: readonly string[]): Promise<Ended> {
  return startKubedyno(...args).ended;
}

function output(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** The machine's own network as its tools show it; counters left out. Needs root. */
export function hostNetwork(): string {
  return [
    output('ip', '-brief', 'link'),
    output('ip', '-brief', 'address'),
    output('ip', 'route'),
    output('nft', 'list', 'ruleset'),
    output('iptables-legacy', '-S'),
    output('iptables-legacy', '-t', 'nat', '-S'),
  ].join('\n');
}

/** All processes below `pid`, in whatever namespaces they are. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of output('ps', '-eo', 'pid=,ppid=').trim().split('\n')) {
    const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const collect = (parent: number): number[] =>
    (children.get(parent) ?? []).flatMap((child) => [child, ...collect(child)]);
  return collect(pid);
}

/** Waits up to some seconds for processes to be gone, and returns those that are not. */
export async function remaining(pids: readonly number[]): Promise<number[]> {
  const alive = (): number[] => pids.filter((pid) => existsSync(`/proc/${pid}`));
  for (let tries = 0; tries < 100 && alive().length > 0; tries++) await delay(50);
  return alive();
}
