/** A node that would do after the deletion of some of its pods. */
import type { PodInfo } from '../cluster/pod-info.ts';

export interface Candidate {
  readonly slot: number;
  /** At least one, the most important first. */
  readonly victims: readonly PodInfo[];
  /** Victims whose deletion a PodDisruptionBudget does not allow. */
  readonly violations: number;
  readonly highestPriority: number;
  /** Of priority + 2^31 of every victim, so that more victims of a negative priority do not count as less. */
  readonly prioritySum: number;
  /** When the first of the most important victims was started. */
  readonly earliestStartMs: number;
}

/** @param victims not empty, the most important first */
export function candidateOf(slot: number, victims: readonly PodInfo[], violations: number): Candidate {
  const highestPriority = Math.max(...victims.map(({ priority }) => priority));
  const mostImportant = victims.filter(({ priority }) => priority === highestPriority);
  return {
    slot,
    victims,
    violations,
    highestPriority,
    prioritySum: victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
    earliestStartMs: Math.min(...mostImportant.map(({ startTimeMs }) => startTimeMs)),
  };
}

/**
 * The candidate that does the least harm; of equal ones the first. kube-scheduler takes any of those.
 * Source: framework/preemption, pickOneNodeForPreemption.
 */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let best: Candidate | undefined;
  for (const candidate of candidates) if (best === undefined || compareHarm(candidate, best) < 0) best = candidate;
  return best;
}

/** Negative when `a` does less harm. */
export function compareHarm(a: Candidate, b: Candidate): number {
  return (
    a.violations - b.violations ||
    a.highestPriority - b.highestPriority ||
    a.prioritySum - b.prioritySum ||
    a.victims.length - b.victims.length ||
    // What has run for the shortest time has the least to lose.
    b.earliestStartMs - a.earliestStartMs
  );
}
