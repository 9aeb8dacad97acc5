/** What kube-scheduler makes of nodes without the label where it does not ask for all topology keys. */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { noDomain } from '../../cluster/topology-column.ts';
import type { SpreadConstraint } from './constraints.ts';

/**
 * Pods on nodes that lack the label: kube-scheduler counts them for nodes whose label is empty, as it does not tell the
 * one from the other when it counts. Hardly any cluster has such labels, so nothing is kept for them.
 */
export function podsOnUnlabelled(
  cluster: ClusterState,
  { topologyKey, eligibility, selection }: SpreadConstraint,
): number {
  const { domains } = cluster.topology(topologyKey);
  let pods = 0;
  for (const slot of cluster.order) {
    const node = cluster.node(slot);
    if (domains[slot] !== noDomain || node === undefined || !eligibility.isEligible(node)) continue;
    for (const { shape, isDeleting } of cluster.podsOn(slot)) {
      if (selection.selects(shape.labelSet, isDeleting)) pods += 1;
    }
  }
  return pods;
}
