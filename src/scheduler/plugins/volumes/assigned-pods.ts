/** For indexes that begin to follow a cluster which already has pods. */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';

export function eachAssignedPod(cluster: ClusterState, visit: (info: PodInfo, slot: number) => void): void {
  for (let slot = 0; slot < cluster.capacity; slot += 1) {
    for (const info of cluster.podsOn(slot)) visit(info, slot);
  }
}
