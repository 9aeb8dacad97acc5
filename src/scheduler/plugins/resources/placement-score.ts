/**
 * How full a placement would be with the pods of a group: MostAllocated over the sums of all its nodes. Source:
 * kube-scheduler plugins/noderesources/fit.go (ScorePlacement).
 */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { ProposedPlacement } from '../../framework/placements.ts';
import type { ResourceWeight } from './resource-args.ts';
import { scoredResources, wideCapacity, wideUsed } from './scored-resources.ts';
import { mostAllocated } from './strategies/most-allocated.ts';

/** @param resources and their weights, of the plugin's scores of nodes */
export function placementScore(
  { resources: table }: ClusterState,
  resources: readonly ResourceWeight[],
  { slots, assignments }: ProposedPlacement,
): number {
  let sum = 0;
  let weights = 0;
  for (const resource of resources) {
    // Nothing for pods that do not ask for a scalar resource: it counts only where some of the group do.
    const requests = assignments.flatMap(({ pod }) => scoredResources(pod.shape, [resource], table, true));
    const [first] = requests;
    if (first === undefined) continue;
    let capacity = 0n;
    let used = requests.reduce((total, { exact }) => total + exact, 0n);
    for (const slot of slots) {
      const allocatable = wideCapacity(first, slot);
      if (allocatable === 0n) continue;
      capacity += allocatable;
      used += wideUsed(first.used, slot);
    }
    if (capacity === 0n) continue;
    sum += resource.weight * mostAllocated.wideScore(capacity, used);
    weights += resource.weight;
  }
  return weights === 0 ? 0 : Math.floor(sum / weights);
}
