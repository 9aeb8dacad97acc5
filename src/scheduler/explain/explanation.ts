/** Why a pod goes where it goes: every node's verdict and every plugin's score. */
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Cycle } from '../framework/cycle.ts';
import { leftOutBy } from '../framework/diagnosis.ts';
import type { Framework } from '../framework/framework.ts';
import type { NodeBlock } from '../framework/node-block.ts';
import type { Status } from '../framework/status.ts';

export interface PluginScore {
  readonly plugin: string;
  readonly weight: number;
  readonly raw: number;
  /** 0 to 100. */
  readonly normalized: number;
}

export interface FeasibleNode {
  readonly node: string;
  readonly kind: 'feasible';
  /** In the order in which the plugins score. */
  readonly scores: readonly PluginScore[];
  /** Σ weight × normalized, and what extenders add. */
  readonly total: number;
}

export interface RefusedNode {
  readonly node: string;
  readonly kind: 'refused';
  readonly status: Status;
}

export interface Explanation {
  /** In visiting order. */
  readonly nodes: readonly (FeasibleNode | RefusedNode)[];
  /** The feasible nodes with the highest total: one of them is taken. */
  readonly best: readonly string[];
  /** What a PreFilter plugin said of the pod as a whole. */
  readonly preFilterMessage?: string;
}

/**
 * Looks at every node, where the scheduler itself would stop at enough of them: what it takes may then be a lesser
 * node than the best one here. Nothing is placed.
 * @param order the nodes that there are for the pod: those of a placement of its group, or all
 * @throws PluginError, ExtenderError
 */
export function explain(framework: Framework, info: PodInfo, order?: Int32Array): Explanation {
  const cycle = framework.begin(info);
  const found = framework.find(cycle, true, order);
  const { cluster, statuses, verdicts } = cycle;
  if (found.kind === 'none') {
    const { statusOf, preFilterMessage } = found.diagnosis;
    return {
      nodes: Array.from(order ?? cluster.order, (slot) => refused(cluster.nodeName(slot), statusOf(slot))),
      best: [],
      ...(preFilterMessage === undefined ? {} : { preFilterMessage }),
    };
  }
  const feasible = feasibleNodes(framework, cycle, found.nodes);
  const highest = Math.max(...[...feasible.values()].map(({ total }) => total));
  return {
    nodes: Array.from(order ?? cluster.order, (slot) => {
      const verdict = verdicts[slot] ?? 0;
      return (
        feasible.get(slot) ??
        refused(cluster.nodeName(slot), verdict === 0 ? leftOutBy(found.namedBy) : statuses.get(verdict))
      );
    }),
    best: [...feasible.values()].filter(({ total }) => total === highest).map(({ node }) => node),
  };
}

export function feasibleOf({ nodes }: Explanation): FeasibleNode[] {
  return nodes.filter((node) => node.kind === 'feasible');
}

function refused(node: string, status: Status): RefusedNode {
  return { node, kind: 'refused', status };
}

function feasibleNodes(framework: Framework, cycle: Cycle, nodes: NodeBlock): Map<number, FeasibleNode> {
  const { cluster } = cycle;
  const slots = Array.from(nodes.slots.subarray(0, nodes.count));
  const scores = slots.map((): PluginScore[] => []);
  const totals = framework.score(cycle, nodes, {
    scored: (plugin, weight, _, raw, normalized) => {
      for (const [place, own] of scores.entries()) {
        own.push({ plugin, weight, raw: raw[place] ?? 0, normalized: normalized[place] ?? 0 });
      }
    },
  });
  return new Map(
    slots.map((slot, place) => [
      slot,
      { node: cluster.nodeName(slot), kind: 'feasible', scores: scores[place] ?? [], total: totals[place] ?? 0 },
    ]),
  );
}
