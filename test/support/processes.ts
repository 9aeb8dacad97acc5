/** Processes as /proc shows them, for tests that nothing is left running. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly pidNamespace: string;
}

function readProcess(pid: number): Process | undefined {
  try {
    // The name, in parentheses, may hold blanks and parentheses; the parent is the second field behind it.
    const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
    return { pid, parent: Number(parent), pidNamespace: readlinkSync(`/proc/${pid}/ns/pid`) };
  } catch {
    // It ended while it was looked at.
    return undefined;
  }
}

function allProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((found) => found !== undefined);
}

/** The process namespaces, other than the caller's, that descendants of `pid` live in. */
export function foreignPidNamespaces(pid: number): ReadonlySet<string> {
  const processes = allProcesses();
  const family = new Set([pid]);
  // A parent may be listed behind its child: go round until nothing new is found.
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const process of processes) if (family.has(process.parent)) family.add(process.pid);
  }
  const own = readlinkSync('/proc/self/ns/pid');
  const namespaces = processes.filter((process) => family.has(process.pid)).map(({ pidNamespace }) => pidNamespace);
  return new Set(namespaces.filter((namespace) => namespace !== own));
}

/** Processes in any of the namespaces. */
export function processesIn(namespaces: ReadonlySet<string>): number[] {
  return allProcesses()
    .filter(({ pidNamespace }) => namespaces.has(pidNamespace))
    .map(({ pid }) => pid);
}

/** The children of a process. */
export function childrenOf(pid: number): number[] {
  return allProcesses()
    .filter(({ parent }) => parent === pid)
    .map((process) => process.pid);
}

/** Resolves when `condition` holds; the test's own time limit ends the waiting. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Processes that were started, however indirectly, with the text in their environment. */
export function processesWithEnvironment(text: string): number[] {
  return allProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text);
      } catch {
        // It ended, or it is somebody else's.
        return false;
      }
    });
}
