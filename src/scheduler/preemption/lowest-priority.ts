/** The lowest priority of any pod on a node: whoever has no more than that can preempt nobody. */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';

export class LowestPriority {
  readonly #counts = new Map<number, number>();
  /** Undefined: to be looked for among the counts, of which there are as many as priorities in use. */
  #lowest: number | undefined = Number.POSITIVE_INFINITY;

  constructor(cluster: ClusterState) {
    for (const slot of cluster.order) for (const { priority } of cluster.podsOn(slot)) this.#add(priority);
    cluster.listen({
      podAssigned: ({ priority }: PodInfo) => this.#add(priority),
      podUnassigned: ({ priority }: PodInfo) => this.#remove(priority),
    });
  }

  /** Infinity while no node has a pod. */
  get value(): number {
    this.#lowest ??= Math.min(...this.#counts.keys());
    return this.#lowest;
  }

  #add(priority: number): void {
    this.#counts.set(priority, (this.#counts.get(priority) ?? 0) + 1);
    if (this.#lowest !== undefined && priority < this.#lowest) this.#lowest = priority;
  }

  #remove(priority: number): void {
    const left = (this.#counts.get(priority) ?? 0) - 1;
    if (left > 0) {
      this.#counts.set(priority, left);
      return;
    }
    this.#counts.delete(priority);
    if (priority === this.#lowest) this.#lowest = undefined;
  }
}
