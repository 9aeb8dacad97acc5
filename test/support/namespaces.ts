/** Private network namespaces for tests, and what a test needs to know before it may run. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { closeNetns, createNetns, type Netns, NetnsError, withNetns } from '../../native/netns/index.ts';

/** Why no network namespace can be made here, or undefined when it can. */
export function whyNoNetns(): string | undefined {
  try {
    closeNetns(createNetns());
    return undefined;
  } catch (error) {
    if (error instanceof NetnsError && error.code === 'not-permitted') return error.message;
    throw error;
  }
}

/** Ends the test or suite as skipped, the reason in the output, when namespaces cannot be made. Call it in `before`. */
export function needNetns(context: Mocha.Context): void {
  const reason = whyNoNetns();
  if (reason !== undefined) skipBecause(context, reason);
}

/** Marks the running test or hook as skipped and says why. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const { currentTest, test } = context;
  const runnable = currentTest ?? test;
  if (runnable !== undefined) runnable.title += ` [skipped: ${reason}]`;
  return context.skip();
}

/** Runs `body` with a namespace of its own and closes it whatever happens. */
export async function inPrivateNetns<T>(body: (netns: Netns) => T | Promise<T>): Promise<T> {
  const netns = createNetns();
  try {
    return await body(netns);
  } finally {
    closeNetns(netns);
  }
}

/** Like `inPrivateNetns`, with several namespaces that may be joined by veth. */
export async function inPrivateNamespaces<T>(
  count: number,
  body: (...namespaces: Netns[]) => T | Promise<T>,
): Promise<T> {
  const namespaces: Netns[] = [];
  try {
    for (let made = 0; made < count; made++) namespaces.push(createNetns());
    return await body(...namespaces);
  } finally {
    for (const netns of namespaces) closeNetns(netns);
  }
}

/** Runs a tool inside a namespace and returns its standard output; a failure carries its standard error. */
export function runIn(netns: Netns, command: string, ...args: readonly string[]): string {
  return withNetns(netns, () => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** How many network namespaces this process holds open. */
export function openNamespaces(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('net:');
    } catch {
      // The descriptor that the folder was read through is closed again.
      return false;
    }
  }).length;
}
