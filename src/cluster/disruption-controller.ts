/**
 * Keeps the status of PodDisruptionBudgets, which preemption goes by: worked out as the disruption controller does where
 * a budget comes without one; where it comes with one, that is what counting begins with. Answers at once.
 * Source: kubernetes pkg/controller/disruption.
 */
import type { Pod, PodDisruptionBudget } from '../api/objects.ts';
import { DisruptionState, isHealthy } from './disruption-state.ts';
import type { MemoryCluster, ObjectChange } from './memory-cluster.ts';
import { isScaled, ownerOf } from './owner-scales.ts';

interface Kept {
  readonly state: DisruptionState;
  /** Our last word on it. */
  written: PodDisruptionBudget;
  /** Of a status that was given: how many healthy pods may go by now, below zero where too few are healthy. */
  readonly given: { slack: number } | undefined;
}

export interface DisruptionProblem {
  readonly namespace: string;
  readonly name: string;
  readonly message: string;
}

export class DisruptionController {
  readonly #cluster: MemoryCluster;
  /** By namespace, then by name. */
  readonly #budgets = new Map<string, Map<string, Kept>>();

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
    cluster.watch((change) => this.#changed(change));
  }

  /** Budgets that allow no disruption because they cannot be worked out. */
  get problems(): DisruptionProblem[] {
    const problems: DisruptionProblem[] = [];
    for (const [namespace, budgets] of this.#budgets) {
      for (const [name, { state, given }] of budgets) {
        const { problem: message } = state;
        if (given === undefined && message !== undefined) problems.push({ namespace, name, message });
      }
    }
    return problems;
  }

  #changed({ before, after }: ObjectChange): void {
    const object = after ?? before;
    if (object === undefined) return;
    const { namespace = 'default', name } = object.metadata;
    if (object.kind === 'PodDisruptionBudget') {
      this.#budgetChanged(this.#cluster.get('PodDisruptionBudget', namespace, name), namespace, name);
      return;
    }
    const budgets = this.#budgets.get(namespace);
    if (budgets === undefined || budgets.size === 0) return;
    if (object.kind === 'Pod') {
      for (const kept of budgets.values()) this.#podChanged(kept, before as Pod | undefined, after as Pod | undefined);
    } else if (isScaled(object.kind)) {
      for (const kept of budgets.values()) this.#look(kept, namespace);
    }
  }

  #budgetChanged(budget: PodDisruptionBudget | undefined, namespace: string, name: string): void {
    const budgets = this.#budgets.get(namespace) ?? new Map<string, Kept>();
    this.#budgets.set(namespace, budgets);
    const known = budgets.get(name);
    if (budget === undefined) budgets.delete(name);
    if (budget === undefined || known?.written === budget) return;
    const state = new DisruptionState(budget, (pod) => ownerOf(this.#cluster, pod));
    // A new spec makes nothing of a status that is ours.
    const isOurs = known?.given === undefined && known?.written.status === budget.status;
    const given = isOurs || budget.status.observedGeneration === undefined ? undefined : { slack: slackOf(budget) };
    const kept: Kept = { state, written: budget, given };
    budgets.set(name, kept);
    this.#look(kept, namespace);
  }

  /** At all pods anew: the budget, or what its pods are counted by, is another one. */
  #look(kept: Kept, namespace: string): void {
    for (const pod of this.#cluster.list('Pod')) {
      if ((pod.metadata.namespace ?? 'default') === namespace) kept.state.set(pod.metadata.name, pod);
    }
    this.#write(kept, kept.state.healthy);
  }

  #podChanged(kept: Kept, before: Pod | undefined, after: Pod | undefined): void {
    const { name } = (after ?? before)?.metadata ?? { name: '' };
    const healthyBefore = kept.state.healthy;
    if (!kept.state.set(name, after)) return;
    // A pod that comes with its node is in the given status already.
    const isKnown = before === undefined && after !== undefined && isHealthy(after);
    this.#write(kept, isKnown ? kept.state.healthy : healthyBefore);
  }

  /** @param healthyBefore from which to count what has changed a given status */
  #write(kept: Kept, healthyBefore: number): void {
    const { state, written, given } = kept;
    let { status } = written;
    if (given !== undefined) {
      const change = state.healthy - healthyBefore;
      if (change === 0) return;
      given.slack += change;
      const { currentHealthy } = status;
      status = {
        ...status,
        disruptionsAllowed: Math.max(0, given.slack),
        ...(currentHealthy === undefined ? {} : { currentHealthy: Math.max(0, currentHealthy + change) }),
      };
    } else {
      const now = state.status();
      if (isSame(now, status)) return;
      status = now;
    }
    kept.written = { ...written, status };
    this.#cluster.put(kept.written);
  }
}

/** How many of the healthy pods may go, below zero where too few are healthy. */
function slackOf({ status }: PodDisruptionBudget): number {
  const { disruptionsAllowed, currentHealthy, desiredHealthy } = status;
  if (disruptionsAllowed > 0 || currentHealthy === undefined || desiredHealthy === undefined) return disruptionsAllowed;
  return Math.min(0, currentHealthy - desiredHealthy);
}

function isSame(a: PodDisruptionBudget['status'], b: PodDisruptionBudget['status']): boolean {
  return (
    a.disruptionsAllowed === b.disruptionsAllowed &&
    a.currentHealthy === b.currentHealthy &&
    a.desiredHealthy === b.desiredHealthy &&
    a.expectedPods === b.expectedPods &&
    a.observedGeneration === b.observedGeneration
  );
}
