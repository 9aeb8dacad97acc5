/** Puts together what a cycle without a feasible node has found. */
import { pluginErrors } from './errors.ts';
import type { Diagnosis } from './plugin.ts';
import type { Refusals } from './refused-shapes.ts';
import type { Status, StatusTable } from './status.ts';

/** Of nodes that the node names of these plugins' PreFilter leave out. */
export function leftOutBy(plugins: ReadonlySet<string>): Status {
  return { code: 'unresolvable', plugin: '', reasons: [`node(s) didn't satisfy plugin(s) ${goList(plugins)}`] };
}

/** What these plugins name has no node in common. */
export function nobodyLeft(plugins: ReadonlySet<string>): Status {
  const who = plugins.size === 1 ? `plugin ${[...plugins].join('')}` : `plugin(s) ${goList(plugins)} simultaneously`;
  return { code: 'unresolvable', plugin: '', reasons: [`node(s) didn't satisfy ${who}`] };
}

/** A set as Go prints its sorted list. */
function goList(names: ReadonlySet<string>): string {
  return `[${[...names].sort().join(' ')}]`;
}

/** PreFilter refused the pod as a whole: its status stands for every node. */
export function refusedDiagnosis(order: Int32Array, status: Status, plugins: ReadonlySet<string>): Diagnosis {
  return {
    slots: order,
    statusOf: () => status,
    counts: new Map([[status, order.length]]),
    plugins,
    preFilterMessage: status.reasons.join(', '),
  };
}

/** Nodes were filtered one by one. `visited` are those with a verdict; PreFilter left out all others. */
export function filteredDiagnosis(
  order: Int32Array,
  visited: Int32Array,
  verdicts: Int32Array,
  statuses: StatusTable,
  preFilterPlugins: ReadonlySet<string>,
): Diagnosis {
  // The array of the cycle is used again for the next one.
  const kept = new Int32Array(verdicts.length);
  const numbers: number[] = [];
  for (const slot of visited) {
    const id = verdicts[slot] as number;
    kept[slot] = id;
    numbers[id] = (numbers[id] ?? 0) + 1;
  }
  const counts = countsByStatus(numbers, statuses);
  const plugins = new Set(preFilterPlugins);
  for (const { plugin } of counts.keys()) plugins.add(plugin);
  const leftOut = leftOutBy(preFilterPlugins);
  if (visited.length < order.length) counts.set(leftOut, order.length - visited.length);
  const statusOf = (slot: number): Status => (kept[slot] ? statuses.get(kept[slot]) : leftOut);
  return { slots: order, statusOf, counts, plugins };
}

/** The filters refused all nodes. It is to be used before the refusals change. */
export function allRefusedDiagnosis(order: Int32Array, refusals: Refusals, statuses: StatusTable): Diagnosis {
  const { verdicts } = refusals;
  const counts = countsByStatus(refusals.counts, statuses);
  return {
    slots: order,
    statusOf: (slot) => statuses.get(verdicts[slot] as number),
    counts,
    plugins: new Set([...counts.keys()].map(({ plugin }) => plugin)),
  };
}

/** @param numbers how many nodes there are, by number of a status */
function countsByStatus(numbers: readonly number[], statuses: StatusTable): Map<Status, number> {
  const counts = new Map<Status, number>();
  numbers.forEach((count, id) => {
    if (count > 0 && id === 0) throw pluginErrors.noVerdict();
    if (count > 0) counts.set(statuses.get(id), count);
  });
  return counts;
}
