/** What the figures of a run depend on, read from the machine and from inside a kernel. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, totalmem } from 'node:os';

type Facts = Record<string, string | number>;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function firstLine(command: string, args: readonly string[]): string | undefined {
  try {
    const output = execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    });
    return output.split('\n')[0]?.trim();
  } catch {
    return undefined;
  }
}

/** Leaves out what could not be read: an absent line is honest, an empty one is not. */
function known(facts: Readonly<Record<string, string | number | undefined>>): Facts {
  return Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}

/** Share of CPU time that the hypervisor gave to others since boot, from the first line of /proc/stat. */
function stealShare(): number | undefined {
  const fields = readText('/proc/stat')?.split('\n')[0]?.trim().split(/\s+/).slice(1).map(Number);
  const steal = fields?.[7];
  if (fields === undefined || steal === undefined) return undefined;
  const total = fields.slice(0, 8).reduce((sum, value) => sum + value, 0);
  return total === 0 ? undefined : Number((steal / total).toFixed(4));
}

/** The machine as the parent process sees it. */
export function machineFingerprint(): Facts {
  const osRelease = readText('/etc/os-release')?.match(/^PRETTY_NAME="?([^"\n]*)/m)?.[1];
  return known({
    cpu: cpus()[0]?.model.trim(),
    cpus: cpus().length,
    architecture: arch(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: readText('/proc/sys/kernel/osrelease'),
    distribution: osRelease,
    node: process.version,
    governor: readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    clocksource: readText('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    hypervisor: /\bhypervisor\b/.test(readText('/proc/cpuinfo') ?? '') ? 'yes' : 'no',
    stealShare: stealShare(),
  });
}

/** The kernel as the agent sees it from inside its namespaces. */
export function kernelFingerprint(): Facts {
  return known({
    release: readText('/proc/sys/kernel/osrelease'),
    version: readText('/proc/sys/kernel/version'),
    cpus: cpus().length,
    iptables: firstLine('iptables-legacy', ['--version']),
    nft: firstLine('nft', ['--version']),
    conntrackMax: readText('/proc/sys/net/netfilter/nf_conntrack_max'),
    conntrackBuckets: readText('/proc/sys/net/netfilter/nf_conntrack_buckets'),
    conntrackUdpTimeoutSeconds: readText('/proc/sys/net/netfilter/nf_conntrack_udp_timeout'),
    ipvsConnectionTableBits: readText('/sys/module/ip_vs/parameters/conn_tab_bits'),
    mitigations: readText('/sys/devices/system/cpu/vulnerabilities/spectre_v2'),
  });
}

/** The commit that this program was built from, when it runs from a checkout. */
export function gitFingerprint(folder: string): { readonly sha: string; readonly dirty: boolean } | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    return {
      sha: git('rev-parse', 'HEAD').trim(),
      dirty: git('status', '--porcelain', '--untracked-files=no').trim() !== '',
    };
  } catch {
    return undefined;
  }
}
