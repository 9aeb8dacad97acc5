/**
 * How many disruptions one budget allows. Source: kubernetes pkg/controller/disruption (getExpectedPodCount,
 * getExpectedScale, updatePdbStatus).
 */
import { type CompiledSelector, compileLabelSelector } from '../api/label-selectors.ts';
import type { Pod, PodDisruptionBudget } from '../api/objects.ts';

type BudgetStatus = PodDisruptionBudget['status'];

/** Who owns pods, and how many of them it wants: a Deployment counts once, whatever number of ReplicaSets it has. */
export interface OwnerScale {
  readonly key: string;
  readonly replicas: number;
}

/** The owner of a pod: `none` without a controller, `unknown` where the controller is not among the objects. */
export type FindOwner = (pod: Pod) => OwnerScale | 'none' | 'unknown';

interface Covered {
  readonly isHealthy: boolean;
  readonly owner: OwnerScale | 'none' | 'unknown';
}

export class DisruptionState {
  readonly #selector: CompiledSelector;
  readonly #spec: PodDisruptionBudget['spec'];
  readonly #disrupted: BudgetStatus['disruptedPods'];
  readonly #findOwner: FindOwner;
  readonly #pods = new Map<string, Covered>();
  readonly #owners = new Map<string, { readonly replicas: number; pods: number }>();
  readonly #orphans = new Set<string>();
  #healthy = 0;
  #scale = 0;

  constructor({ spec, status }: PodDisruptionBudget, findOwner: FindOwner) {
    this.#selector = compileLabelSelector(spec.selector);
    this.#spec = spec;
    this.#disrupted = status.disruptedPods;
    this.#findOwner = findOwner;
  }

  get healthy(): number {
    return this.#healthy;
  }

  /** Why the budget allows nothing although it might: it is a share of an unknown number. */
  get problem(): string | undefined {
    const [orphan] = this.#orphans;
    return orphan === undefined || !this.#needsScale ? undefined : `found no controllers for pod "${orphan}"`;
  }

  /** The pod as it is now; undefined: gone. Returns whether anything has come of it. */
  set(name: string, pod: Pod | undefined): boolean {
    const before = this.#pods.get(name);
    const after = pod !== undefined && this.#selector.matches(pod.metadata.labels) ? this.#covered(pod) : undefined;
    if (before === undefined && after === undefined) return false;
    if (before !== undefined && after !== undefined && before.isHealthy === after.isHealthy) {
      if (sameOwner(before.owner, after.owner)) return false;
    }
    if (before !== undefined) this.#remove(name, before);
    if (after !== undefined) this.#add(name, after);
    return true;
  }

  status(): BudgetStatus {
    const { desired, expected } = this.#wanted();
    const allowed = expected > 0 && this.problem === undefined ? Math.max(0, this.#healthy - desired) : 0;
    return {
      disruptionsAllowed: allowed,
      disruptedPods: this.#disrupted,
      currentHealthy: this.#healthy,
      desiredHealthy: desired,
      expectedPods: expected,
      observedGeneration: 1,
    };
  }

  #wanted(): { readonly desired: number; readonly expected: number } {
    const { minAvailable, maxUnavailable } = this.#spec;
    if (maxUnavailable !== undefined) {
      return { desired: Math.max(0, this.#scale - podsOf(maxUnavailable, this.#scale)), expected: this.#scale };
    }
    if (typeof minAvailable === 'number') return { desired: minAvailable, expected: this.#pods.size };
    if (minAvailable === undefined) return { desired: 0, expected: 0 };
    return { desired: podsOf(minAvailable, this.#scale), expected: this.#scale };
  }

  get #needsScale(): boolean {
    return this.#spec.maxUnavailable !== undefined || typeof this.#spec.minAvailable === 'string';
  }

  #covered(pod: Pod): Covered {
    return {
      isHealthy: isHealthy(pod) && this.#disrupted[pod.metadata.name] === undefined,
      owner: this.#findOwner(pod),
    };
  }

  #add(name: string, covered: Covered): void {
    const { owner } = covered;
    this.#pods.set(name, covered);
    if (covered.isHealthy) this.#healthy += 1;
    if (owner === 'unknown') this.#orphans.add(name);
    if (typeof owner === 'string') return;
    const { key, replicas } = owner;
    const known = this.#owners.get(key);
    // The owner may want another number than when its first pod was counted.
    this.#owners.set(key, { replicas, pods: (known?.pods ?? 0) + 1 });
    this.#scale += replicas - (known?.replicas ?? 0);
  }

  #remove(name: string, { isHealthy: wasHealthy, owner }: Covered): void {
    this.#pods.delete(name);
    this.#orphans.delete(name);
    if (wasHealthy) this.#healthy -= 1;
    const known = typeof owner === 'string' ? undefined : this.#owners.get(owner.key);
    if (typeof owner === 'string' || known === undefined) return;
    known.pods -= 1;
    if (known.pods > 0) return;
    this.#owners.delete(owner.key);
    this.#scale -= known.replicas;
  }
}

/** Shares are rounded up. */
function podsOf(value: number | string, total: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * total) / 100);
}

/**
 * A pod on a node is as good as ready: there is no kubelet to say so. One that comes with a condition Ready other than
 * True is not.
 */
export function isHealthy({ metadata, spec, status }: Pod): boolean {
  if (spec.nodeName === '' || metadata.deletionTimestamp !== undefined) return false;
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return false;
  return status.conditions.every((condition) => condition.type !== 'Ready' || condition.status === 'True');
}

function sameOwner(a: Covered['owner'], b: Covered['owner']): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : a.key === b.key && a.replicas === b.replicas;
}
