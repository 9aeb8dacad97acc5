/** The User-Mode Linux guest: another kernel, run as a process of this one, without privileges or virtualisation. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import { compiledAgent } from './agent-location.ts';
import { blocked, failures, obstacles } from './errors.ts';
import { runSession } from './session.ts';
import type { AgentExit, AgentJob, Kernel, RunOptions } from './types.ts';

export interface UmlOptions {
  /** The kernel's program: a path, or a name looked up on the PATH. @default 'linux.uml' */
  readonly binary?: string;
  /** What the guest may use at most, MiB; only what it touches is taken from this machine. @default 2048 */
  readonly memoryMiB?: number;
  /** The IPVS connection table has 2^n buckets (ip_vs.conn_tab_bits). @default 16; the kernel's own default is 12 */
  readonly ipvsTableBits?: number;
  /** Buckets of the conntrack table; it holds at most eight times as many flows. @default 65536 */
  readonly conntrackBuckets?: number;
}

const defaults = { binary: 'linux.uml', memoryMiB: 2048, ipvsTableBits: 16, conntrackBuckets: 65_536 };

/** What the guest kernel's own files in the private /run take beside its memory, MiB. */
const runOverheadMiB = 64;

/**
 * Parts of the guest's boot that the lab has no use for and that take nine tenths of it: a speed test of RAID 6 codes,
 * a compressed swap cache, and 256 old-style pseudo-terminals. A kernel without them ignores this.
 */
const quickBoot = ['initcall_blacklist=raid6_select_algo,init_zswap', 'pty.legacy_count=0'];

export function umlKernel(options: UmlOptions = {}): Kernel {
  const settings = { ...defaults, ...options };
  return {
    name: 'uml',
    async run(job: AgentJob, runOptions: RunOptions): Promise<AgentExit> {
      const kernel = executable(settings.binary);
      if (kernel === undefined) return blocked(obstacles.noGuestKernel(settings.binary), '');
      const agent = compiledAgent();
      if (!existsSync(agent)) return blocked(obstacles.noCompiledAgent(agent), '');
      const command = [
        join(packageRoot(), 'scripts', 'uml-boot.sh'),
        process.execPath,
        agent,
        kernel,
        `mem=${settings.memoryMiB}M`,
        `ip_vs.conn_tab_bits=${settings.ipvsTableBits}`,
        `nf_conntrack.hashsize=${settings.conntrackBuckets}`,
        ...quickBoot,
      ];
      const runSize = `${settings.memoryMiB + runOverheadMiB}M`;
      return runSession({ command, runSize, describeEnd: failures.guestStopped }, job, runOptions);
    },
  };
}

/** The path of a program that may be executed, looked up as a shell does. */
function executable(name: string): string | undefined {
  const folders = name.includes('/') ? [''] : [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
