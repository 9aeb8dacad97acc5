/** Why a job could not be carried out, worded for the person who has to do something about it. */
import { constants } from 'node:os';
import type { AgentExit, Obstacle } from './types.ts';

/** "killed by SIGKILL" rather than a bare 137, which is how a shell words it. */
function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  const number = code !== null && code > 128 ? code - 128 : undefined;
  const name = signal ?? Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return name === undefined ? `ended with exit code ${code}` : `was killed by ${name}`;
}

export const obstacles = {
  noTool: (tool: string): Obstacle => ({
    reason: `cannot start '${tool}'`,
    remedy: 'install util-linux 2.32 or newer: apt-get install util-linux',
  }),
  noUserNamespaces: (detail: string): Obstacle => ({
    reason: `this system does not let this user create namespaces (${detail})`,
    remedy:
      'run as root, or allow them: sysctl kernel.unprivileged_userns_clone=1 (Debian) or ' +
      'kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); in a container add the SYS_ADMIN capability',
  }),
  tooManyNamespaces: (detail: string): Obstacle => ({
    reason: `the limit on namespaces is reached or 0 (${detail})`,
    remedy: 'raise it: sysctl user.max_user_namespaces=15000 user.max_net_namespaces=15000',
  }),
  noMount: (detail: string): Obstacle => ({
    reason: `the private namespaces cannot mount /proc or /run (${detail})`,
    remedy: 'a container that masks parts of /proc forbids this: start it with --security-opt systempaths=unconfined',
  }),
  noIsolation: (detail: string): Obstacle => ({
    reason: `the private namespaces could not be set up (${detail})`,
    remedy: 'try the command by hand: unshare --user --map-root-user --net --mount --pid --fork --mount-proc true',
  }),
  noGuestKernel: (binary: string): Obstacle => ({
    reason: `there is no guest kernel: '${binary}' is not an executable file or not on the PATH`,
    remedy: 'install User-Mode Linux: apt-get install user-mode-linux',
  }),
  noCompiledAgent: (path: string): Obstacle => ({
    reason: `the guest runs the compiled program, and ${path} is missing`,
    remedy: 'compile it: npm run build:ts',
  }),
};

/** Finds the obstacle in what unshare and mount wrote, when they ended before the namespaces were ready. */
export function isolationObstacle(stderr: string): Obstacle {
  const lines = stderr.trim().split('\n');
  const detail = lines.findLast((line) => /^(unshare|setpriv|mount|mkdir)\b/.test(line)) ?? lines.at(-1) ?? '';
  if (detail.startsWith('mount') || detail.includes('mount /proc')) return obstacles.noMount(detail);
  if (detail.includes('No space left on device')) return obstacles.tooManyNamespaces(detail);
  if (/not permitted|Permission denied|Invalid argument/.test(detail)) return obstacles.noUserNamespaces(detail);
  return obstacles.noIsolation(detail === '' ? 'it said nothing' : detail);
}

export const failures = {
  agentEnded: (code: number | null, signal: NodeJS.Signals | null): string =>
    `the agent ${describeExit(code, signal)} before its job was done; ` +
    'its last output is below (SIGKILL often means that memory ran out)',
  guestStopped: (code: number | null, signal: NodeJS.Signals | null): string =>
    `the guest kernel ${describeExit(code, signal)} before the job was done; its console is below`,
  brokenMessage: (line: string): string =>
    `the agent sent a line that is not a message: ${JSON.stringify(line.slice(0, 120))}`,
};

type Failure = Extract<AgentExit, { state: 'failed' }>;

/** A job that met an obstacle before it could begin. */
export function blocked(obstacle: Obstacle, console: string): Failure {
  return { state: 'failed', message: `${obstacle.reason}; ${obstacle.remedy}`, obstacle, console };
}
