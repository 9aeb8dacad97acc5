/** By slot: the pods that mount disks which not every other pod may mount, too. Most nodes have none. */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import { eachAssignedPod } from './assigned-pods.ts';
import { anyConflict, type RestrictedSource, restrictedSources } from './disk-conflicts.ts';

export class RestrictedDisks {
  readonly #bySlot = new Map<number, Map<PodInfo, readonly RestrictedSource[]>>();

  constructor(cluster: ClusterState) {
    eachAssignedPod(cluster, (info, slot) => this.#add(info, slot));
    cluster.listen({
      podAssigned: (info, slot) => this.#add(info, slot),
      podUnassigned: (info, slot) => this.#remove(info, slot),
    });
  }

  inTheWay(wanted: readonly RestrictedSource[], slot: number): boolean {
    const pods = this.#bySlot.get(slot);
    if (pods === undefined) return false;
    for (const used of pods.values()) if (anyConflict(wanted, used)) return true;
    return false;
  }

  #add(info: PodInfo, slot: number): void {
    const sources = restrictedSources(info.pod);
    if (sources.length === 0) return;
    const pods = this.#bySlot.get(slot);
    if (pods === undefined) this.#bySlot.set(slot, new Map([[info, sources]]));
    else pods.set(info, sources);
  }

  #remove(info: PodInfo, slot: number): void {
    if (restrictedSources(info.pod).length === 0) return;
    const pods = this.#bySlot.get(slot);
    pods?.delete(info);
    if (pods?.size === 0) this.#bySlot.delete(slot);
  }
}

export const restrictedDisks = (cluster: ClusterState): RestrictedDisks => new RestrictedDisks(cluster);
