/** Why a pod fits nowhere, in kube-scheduler's words. Source: framework/types.go, FitError. */
import type { Diagnosis } from './plugin.ts';

type Refused = Pick<Diagnosis, 'counts' | 'preFilterMessage'>;

/**
 * `0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint(s). preemption: …`
 * @param postFilterMessage what preemption said, or nothing
 */
export function fitErrorMessage(nodeCount: number, diagnosis: Refused, postFilterMessage = ''): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const counted = [...reasonCounts(diagnosis)].map(([reason, count]) => `${count} ${reason}`).sort();
  const reasons = diagnosis.preFilterMessage ?? counted.join(', ');
  const parts = [`0/${nodeCount} nodes are available:`];
  if (reasons !== '') parts.push(`${reasons}.`);
  if (postFilterMessage !== '') parts.push(postFilterMessage);
  return parts.join(' ');
}

/** Nodes by reason; one node may have several. */
export function reasonCounts(diagnosis: Pick<Diagnosis, 'counts'>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [{ reasons }, nodes] of diagnosis.counts) {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + nodes);
  }
  return counts;
}
