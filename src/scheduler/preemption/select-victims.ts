/**
 * The fewest pods of one node that must go for a pod to fit, found by trying.
 * Source: kube-scheduler plugins/defaultpreemption, SelectVictimsOnNode.
 */
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Cycle } from '../framework/cycle.ts';
import { allOf } from '../framework/errors.ts';
import type { WhatIf } from '../framework/plugin-factory.ts';
import type { Status } from '../framework/status.ts';
import type { DisruptionBudgets } from './budgets.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import { compareImportance } from './importance.ts';
import { preemptionStatuses } from './statuses.ts';

/** A candidate, or why the node is none. */
export type NodeOutcome = Candidate | Status;

export function isCandidate(outcome: NodeOutcome): outcome is Candidate {
  return 'victims' in outcome;
}

/**
 * Everything is put back as it was, the node's version included.
 * @param lower the pods of the node that may go, the most important first
 * @throws what a filter throws
 */
export function selectVictims(
  cycle: Cycle,
  slot: number,
  lower: readonly PodInfo[],
  budgets: DisruptionBudgets,
  whatIf: WhatIf,
): NodeOutcome {
  if (lower.length === 0) return preemptionStatuses.noVictims;
  const { cluster } = cycle;
  const version = cluster.versions[slot] as number;
  try {
    for (const pod of lower) whatIf.remove(cycle, pod);
    if (!whatIf.passes(cycle, slot)) return cycle.statuses.get(cycle.verdicts[slot] as number);
    const { violating, others } = budgets.split(lower);
    const isSpared = (pod: PodInfo): boolean => {
      whatIf.add(cycle, pod, slot);
      if (whatIf.passes(cycle, slot)) return true;
      whatIf.remove(cycle, pod);
      return false;
    };
    // The most important ones are tried first: what they take up again is not there for the others.
    const violated = violating.filter((pod) => !isSpared(pod));
    const victims = [...violated, ...others.filter((pod) => !isSpared(pod))];
    if (victims.length === 0) return preemptionStatuses.needless(cluster.nodeName(slot));
    if (violating.length > 0) victims.sort(compareImportance);
    return candidateOf(slot, victims, violated.length);
  } finally {
    const taken = lower.filter((pod) => pod.slot === -1);
    allOf(taken, (pod) => whatIf.add(cycle, pod, slot));
    cluster.versions[slot] = version;
  }
}
