/** Which pods of a node are more worth keeping. Source: kube-scheduler util/utils.go, MoreImportantPod. */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';

/**
 * Negative when `a` is more important: of higher priority, or running for longer. kube-scheduler leaves the order of
 * pods that are equal in both to chance; here it is that of their keys, so that a run can be repeated.
 */
export function compareImportance(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || a.startTimeMs - b.startTimeMs || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** The pods of each node, the most important first; sorted anew only when the node has changed. */
export class PodsByImportance {
  readonly #cluster: ClusterState;
  readonly #lists: (readonly PodInfo[])[] = [];
  readonly #versions: number[] = [];

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  /** Those of a priority below `priority`. */
  below(slot: number, priority: number): readonly PodInfo[] {
    const pods = this.#sorted(slot);
    const first = pods.findIndex((pod) => pod.priority < priority);
    return first < 0 ? none : first === 0 ? pods : pods.slice(first);
  }

  #sorted(slot: number): readonly PodInfo[] {
    const version = this.#cluster.versions[slot] as number;
    const known = this.#lists[slot];
    if (known !== undefined && this.#versions[slot] === version) return known;
    const sorted = [...this.#cluster.podsOn(slot)].sort(compareImportance);
    this.#lists[slot] = sorted;
    this.#versions[slot] = version;
    return sorted;
  }
}

const none: readonly PodInfo[] = [];
