/** Which pods that have a node use which claim. */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import { eachAssignedPod } from './assigned-pods.ts';
import { claimVolumes, namesClaimCalled } from './claims.ts';

const nobody: ReadonlySet<PodInfo> = new Set();

export class ClaimUsers {
  readonly #cluster: ClusterState;
  readonly #users = new Map<string, Set<PodInfo>>();

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    eachAssignedPod(cluster, (info) => this.#add(info));
    cluster.listen({
      podAssigned: (info) => this.#add(info),
      podUnassigned: (info) => this.#remove(info),
    });
  }

  /** @param key `namespace/name` of the claim */
  of(key: string): ReadonlySet<PodInfo> {
    return this.#users.get(key) ?? nobody;
  }

  /** Whether a pod names the claim itself, on a node that is there. */
  isNamed(key: string, claimName: string): boolean {
    for (const { pod, slot } of this.of(key)) {
      if (namesClaimCalled(pod, claimName) && this.#cluster.node(slot) !== undefined) return true;
    }
    return false;
  }

  #add(info: PodInfo): void {
    for (const { key } of claimVolumes(info.pod)) {
      const users = this.#users.get(key);
      if (users === undefined) this.#users.set(key, new Set([info]));
      else users.add(info);
    }
  }

  #remove(info: PodInfo): void {
    for (const { key } of claimVolumes(info.pod)) {
      const users = this.#users.get(key);
      users?.delete(info);
      if (users?.size === 0) this.#users.delete(key);
    }
  }
}

export const claimUsers = (cluster: ClusterState): ClaimUsers => new ClaimUsers(cluster);
