/**
 * PodDisruptionBudgets, as far as preemption heeds them.
 * Source: kube-scheduler plugins/defaultpreemption, filterPodsWithPDBViolation.
 */
import { type CompiledSelector, compileLabelSelector } from '../../api/label-selectors.ts';
import type { Labels, PodDisruptionBudget } from '../../api/objects.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';

interface Budget {
  readonly namespace: string;
  readonly selector: CompiledSelector;
  readonly allowed: number;
  /** Pods whose disruption the API server has counted already. */
  readonly disrupted: Labels;
}

export interface SplitByBudget {
  readonly violating: readonly PodInfo[];
  readonly others: readonly PodInfo[];
}

export class DisruptionBudgets {
  readonly #cluster: ClusterState;
  #generation = -1;
  #budgets: readonly Budget[] = [];

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  /** What was computed with the budgets is good while it stands. */
  get generation(): number {
    return this.#cluster.objects.generation('PodDisruptionBudget');
  }

  /** Tells the pods whose disruption would exceed a budget from the others; the first ones use the budgets up. */
  split(pods: readonly PodInfo[]): SplitByBudget {
    const budgets = this.#current();
    if (budgets.length === 0) return { violating: [], others: pods };
    const left = budgets.map(({ allowed }) => allowed);
    const violating: PodInfo[] = [];
    const others: PodInfo[] = [];
    for (const pod of pods) {
      let isViolating = false;
      for (const [place, budget] of budgets.entries()) {
        if (!covers(budget, pod)) continue;
        const remaining = (left[place] as number) - 1;
        left[place] = remaining;
        if (remaining < 0) isViolating = true;
      }
      (isViolating ? violating : others).push(pod);
    }
    return { violating, others };
  }

  #current(): readonly Budget[] {
    const { generation } = this;
    if (this.#generation === generation) return this.#budgets;
    this.#generation = generation;
    // A budget without a selector, or with an empty one, covers no pod here.
    this.#budgets = [...this.#cluster.objects.list('PodDisruptionBudget')].map(budgetOf).filter(coversAny);
    return this.#budgets;
  }
}

function budgetOf({ metadata, spec, status }: PodDisruptionBudget): Budget {
  return {
    namespace: metadata.namespace ?? 'default',
    selector: compileLabelSelector(spec.selector),
    allowed: status.disruptionsAllowed,
    disrupted: status.disruptedPods,
  };
}

function coversAny({ selector }: Budget): boolean {
  return !selector.isEmpty;
}

/** A pod without labels is under no budget, whatever a selector like `!key` may say. */
function covers({ namespace, selector, disrupted }: Budget, { pod, shape }: PodInfo): boolean {
  const { labels } = shape.labelSet;
  if (namespace !== shape.labelSet.namespace || Object.keys(labels).length === 0) return false;
  return selector.matches(labels) && disrupted[pod.metadata.name] === undefined;
}
