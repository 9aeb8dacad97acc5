/** What extenders do to the nodes that the plugins have left. Source: kube-scheduler schedule_one.go. */
import type { Cycle } from '../framework/cycle.ts';
import { filterBlock, type NodeBlock } from '../framework/node-block.ts';
import type { Extender, ExtenderFilterResult } from './extender.ts';

/** A node score may be 100, an extender's 10. */
const scoreScale = 10;

/** Removes nodes that an extender does not want. @throws ExtenderError of one that may not be ignored */
export function filterWithExtenders(extenders: readonly Extender[], cycle: Cycle, nodes: NodeBlock): void {
  const { cluster, statuses, pod, verdicts } = cycle;
  for (const extender of extenders) {
    if (nodes.count === 0) return;
    if (extender.filter === undefined || !extender.isInterested(pod.pod)) continue;
    const result = unlessIgnorable(extender, () => extender.filter?.(pod.pod, namesOf(cycle, nodes)));
    if (result === undefined) continue;
    filterBlock(nodes, verdicts, (slot) => {
      const name = cluster.nodeName(slot);
      return result.kept.has(name) ? 0 : statuses.intern(refusal(extender, result, name));
    });
  }
}

/** Adds the scores of extenders. One that fails has none: that is no reason not to place the pod. */
export function scoreWithExtenders(
  extenders: readonly Extender[],
  cycle: Cycle,
  nodes: NodeBlock,
  totals: Float64Array,
): void {
  for (const extender of extenders) {
    if (extender.prioritize === undefined || !extender.isInterested(cycle.pod.pod)) continue;
    const names = namesOf(cycle, nodes);
    let scores: ReadonlyMap<string, number>;
    try {
      scores = extender.prioritize(cycle.pod.pod, names);
    } catch {
      continue;
    }
    for (const [place, name] of names.entries()) {
      const score = (scores.get(name) ?? 0) * extender.weight * scoreScale;
      totals[place] = (totals[place] ?? 0) + score;
    }
  }
}

function refusal(extender: Extender, { failed, unresolvable }: ExtenderFilterResult, name: string) {
  const final = unresolvable.get(name);
  const reason = final ?? failed.get(name) ?? `node(s) were refused by extender ${extender.name}`;
  return {
    code: final === undefined ? 'unschedulable' : 'unresolvable',
    plugin: extender.name,
    reasons: [reason],
  } as const;
}

function namesOf({ cluster }: Cycle, { slots, count }: NodeBlock): string[] {
  return Array.from(slots.subarray(0, count), (slot) => cluster.nodeName(slot));
}

function unlessIgnorable<T>(extender: Extender, ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (extender.ignorable) return undefined;
    throw error;
  }
}
