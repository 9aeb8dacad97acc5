/** Which CPUs there are for the generators, and how much of them the hypervisor took away. */
import { readFileSync } from 'node:fs';

/** CPU numbers of a list as the kernel writes it: `0-2,5`. */
export function parseCpuList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .filter((range) => range !== '')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, place) => first + place);
    });
}

/** The CPUs that this process may run on, in ascending order. */
export function allowedCpus(): number[] {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((text) => text.startsWith('Cpus_allowed_list:'));
  return parseCpuList(line?.slice('Cpus_allowed_list:'.length) ?? '');
}

/** Time of each CPU since boot, in ticks (10 ms as a rule). */
export type CpuTimes = ReadonlyMap<number, { readonly total: number; readonly steal: number }>;

/** Reads the text of /proc/stat. */
export function parseCpuTimes(stat: string): CpuTimes {
  const times = new Map<number, { total: number; steal: number }>();
  for (const line of stat.split('\n')) {
    const match = /^cpu(\d+) (.*)$/.exec(line);
    if (match === null) continue;
    // user nice system idle iowait irq softirq steal; what follows is contained in user and nice.
    const ticks = (match[2] ?? '').split(' ').map(Number).slice(0, 8);
    times.set(Number(match[1]), { total: ticks.reduce((sum, tick) => sum + tick, 0), steal: ticks[7] ?? 0 });
  }
  return times;
}

/** The time of all CPUs now. */
export function readCpuTimes(): CpuTimes {
  return parseCpuTimes(readFileSync('/proc/stat', 'utf8'));
}

/** Ticks below which a share of stolen time says nothing: a short slice has few, and any of them looks large. */
const leastTicks = 3;

/** The largest share of time, 0 to 1, that the hypervisor gave to others on one of `cpus` between two readings. */
export function stealShare(before: CpuTimes, after: CpuTimes, cpus: readonly number[]): number {
  const shares = cpus.map((cpu) => {
    const [from, to] = [before.get(cpu), after.get(cpu)];
    if (from === undefined || to === undefined) return 0;
    const stolen = to.steal - from.steal;
    return stolen < leastTicks ? 0 : stolen / Math.max(1, to.total - from.total);
  });
  return Math.max(0, ...shares);
}
