/** Pods of each PodGroup that are on a node or assumed there. */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import { groupKey } from '../../queue/pod-groups.ts';

const none: ReadonlyMap<string, PodInfo> = new Map();

export class AssignedGroups {
  readonly #groups = new Map<string, Map<string, PodInfo>>();

  constructor(cluster: ClusterState) {
    for (const slot of cluster.order) for (const info of cluster.podsOn(slot)) this.#add(info);
    cluster.listen({
      podAssigned: (info) => this.#add(info),
      podUnassigned: (info) => this.#remove(info),
    });
  }

  /** By key of the pod. */
  members(group: string): ReadonlyMap<string, PodInfo> {
    return this.#groups.get(group) ?? none;
  }

  #add(info: PodInfo): void {
    const group = groupKey(info);
    if (group === undefined) return;
    const members = this.#groups.get(group);
    if (members === undefined) this.#groups.set(group, new Map([[info.key, info]]));
    else members.set(info.key, info);
  }

  #remove(info: PodInfo): void {
    const group = groupKey(info);
    const members = group === undefined ? undefined : this.#groups.get(group);
    if (group === undefined || members === undefined) return;
    members.delete(info.key);
    if (members.size === 0) this.#groups.delete(group);
  }
}

export const assignedGroups = (cluster: ClusterState): AssignedGroups => new AssignedGroups(cluster);
