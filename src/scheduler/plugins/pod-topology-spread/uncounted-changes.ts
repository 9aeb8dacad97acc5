/**
 * Pods that come and go in a what-if without the indexes seeing it. kube-scheduler's counts leave out pods that are
 * being deleted, and all pods where the selector is empty; but its AddPod and RemovePod look at the labels alone.
 */
import type { PodInfo } from '../../cluster/pod-info.ts';
import type { NodeDomains } from '../../indexes/node-domains.ts';
import type { SpreadCounts } from '../../indexes/spread-counts.ts';
import type { SpreadConstraint } from './constraints.ts';

/** Of one constraint: what is to be added to the count of a domain. */
export type DomainChanges = Map<number, number>;

/** Whether AddPod and RemovePod count the pod for the constraint, while the indexes do not. */
export function isUncounted({ selector, selection }: SpreadConstraint, namespace: string, info: PodInfo): boolean {
  const { labelSet } = info.shape;
  return (
    labelSet.namespace === namespace &&
    selector.matches(labelSet.labels) &&
    !selection.selects(labelSet, info.isDeleting)
  );
}

export function withChanges(counts: SpreadCounts, changes: DomainChanges): { counts: Int32Array; least: number } {
  const changed = counts.counts.slice();
  for (const [domain, change] of changes) changed[domain] = (changed[domain] as number) + change;
  return { counts: changed, least: leastOf(changed, counts.domains) };
}

function leastOf(counts: Int32Array, domains: NodeDomains): number {
  const present = counts.filter((_, domain) => domains.hasNodes(domain));
  return present.length === 0 ? 0 : present.reduce((least, count) => Math.min(least, count));
}
