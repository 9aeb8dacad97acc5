/** Why a pod fits nowhere, in kube-scheduler's words. Source: framework/types.go, FitError. */
import type { Diagnosis } from './plugin.ts';

/**
 * `0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint(s). preemption: …`
 * @param postFilterMessage what preemption said, or nothing
 */
export function fitErrorMessage(nodeCount: number, diagnosis: Diagnosis, postFilterMessage = ''): string {
  let message = `0/${nodeCount} nodes are available`;
  if (diagnosis.preFilterMessage !== undefined) message += `: ${diagnosis.preFilterMessage}.`;
  else {
    const reasons = reasonCounts(diagnosis);
    const sorted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
    if (sorted.length > 0) message += `: ${sorted.join(', ')}.`;
  }
  return postFilterMessage === '' ? message : `${message} ${postFilterMessage}`;
}

/** Nodes by reason; one node may have several. */
export function reasonCounts(diagnosis: Diagnosis): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [{ reasons }, nodes] of diagnosis.counts) {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + nodes);
  }
  return counts;
}
