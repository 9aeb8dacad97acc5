/** Why the pods of a group go where they go together: every placement's verdict and score. */
import type { PodInfo } from '../cluster/pod-info.ts';
import { type GroupHost, groupOf } from '../groups/group-attempt.ts';
import { decideGroup, type PlacementVerdict } from '../groups/group-decision.ts';
import { type Explanation, explain, type PluginScore } from './explanation.ts';

export interface ExplainedPlacement {
  readonly placement: string;
  /** How many of the waiting pods get a node there. */
  readonly pods: number;
  /** With these pods the group has as many as it needs. */
  readonly fits: boolean;
  /** Of placements in which the group fits, where there is more than one. */
  readonly scores: readonly PluginScore[];
  readonly total: number;
  /** What the first pod without a node there is told. */
  readonly why?: string;
}

export interface GroupExplanation {
  readonly group: string;
  /** Pods that wait and are decided on together. */
  readonly waiting: number;
  readonly placements: readonly ExplainedPlacement[];
  /** Name of the placement that is taken; empty for one that is all nodes. */
  readonly chosen?: string;
  /** Why there is none. */
  readonly message?: string;
}

/**
 * Nothing is placed. The pod is explained within the placement that its group gets, after those that go before it; on
 * all nodes and by itself where the group gets none.
 * @param members all pods of the group that wait, the one in question among them
 * @throws PluginError, ExtenderError
 */
export function explainInGroup(
  host: GroupHost,
  members: readonly PodInfo[],
  info: PodInfo,
): { readonly group: GroupExplanation; readonly explanation: Explanation } {
  const { cluster, framework } = host;
  const pods = [...members].sort((a, b) => b.priority - a.priority);
  const decision = decideGroup(host, groupOf(cluster, pods, info), cluster.order);
  const { namespace = 'default' } = info.pod.metadata;
  const known = {
    group: `${namespace}/${info.pod.spec.podGroupName ?? ''}`,
    waiting: pods.length,
    placements: decision.verdicts.map(explained),
  };
  if (decision.kind === 'none') {
    return { group: { ...known, message: decision.message }, explanation: explain(framework, info) };
  }
  const { placement, members: outcomes } = decision.chosen;
  const before: PodInfo[] = [];
  try {
    for (const outcome of outcomes.slice(0, pods.indexOf(info))) {
      if (outcome.kind === 'refused') continue;
      host.assume(outcome.info, outcome.slot);
      before.push(outcome.info);
    }
    return { group: { ...known, chosen: placement.name }, explanation: explain(framework, info, placement.slots) };
  } finally {
    for (const pod of before.reverse()) host.forget(pod);
  }
}

function explained({ trial: { placement, members, fits }, scores, total }: PlacementVerdict): ExplainedPlacement {
  const refused = members.find((member) => member.kind === 'refused');
  return {
    placement: placement.name,
    pods: members.filter(({ kind }) => kind === 'placed').length,
    fits,
    scores,
    total,
    ...(refused === undefined ? {} : { why: `${refused.info.pod.metadata.name}: ${refused.message}` }),
  };
}
