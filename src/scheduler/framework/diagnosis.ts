/** Puts together what a cycle without a feasible node has found. */
import type { Diagnosis } from './plugin.ts';
import type { Status, StatusTable } from './status.ts';

/** Of nodes that the node names of PreFilter leave out. */
export const leftOutByPreFilter: Status = {
  code: 'unresolvable',
  plugin: '',
  reasons: ['node is filtered out by the prefilter result'],
};

/** PreFilter refused the pod as a whole: its status stands for every node. */
export function refusedDiagnosis(order: Int32Array, status: Status): Diagnosis {
  return {
    slots: order,
    statusOf: () => status,
    counts: new Map([[status, order.length]]),
    plugins: new Set([status.plugin]),
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
  const counts = new Map<Status, number>();
  const plugins = new Set(preFilterPlugins);
  numbers.forEach((count, id) => {
    const status = statuses.get(id);
    counts.set(status, count);
    plugins.add(status.plugin);
  });
  if (visited.length < order.length) counts.set(leftOutByPreFilter, order.length - visited.length);
  const statusOf = (slot: number): Status => (kept[slot] ? statuses.get(kept[slot]) : leftOutByPreFilter);
  return { slots: order, statusOf, counts, plugins };
}
