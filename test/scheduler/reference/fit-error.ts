/** Why a pod fits nowhere, in kube-scheduler's words (FitError). */
import type { NodeRejection } from './filtering.ts';

export interface Diagnosis {
  readonly nodeCount: number;
  /** Of nodes that were visited and refused. */
  readonly byNode: ReadonlyMap<string, NodeRejection>;
  /** Of all other nodes. */
  readonly ofOthers?: NodeRejection;
  /** What PreFilter said, if it refused the pod as a whole. */
  readonly preFilterMessage?: string;
}

/** @param postFilterMessage what preemption said; empty for nothing */
export function fitErrorMessage(diagnosis: Diagnosis, postFilterMessage = ''): string {
  const { preFilterMessage, nodeCount } = diagnosis;
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const reasons = preFilterMessage ?? reasonCounts(diagnosis).join(', ');
  const filtered = reasons === '' ? '' : ` ${reasons}.`;
  return `0/${nodeCount} nodes are available:${filtered}${postFilterMessage === '' ? '' : ` ${postFilterMessage}`}`;
}

/** `3 Insufficient cpu`, sorted as text. A node with several reasons counts for each. */
function reasonCounts({ nodeCount, byNode, ofOthers }: Diagnosis): string[] {
  const others = Array.from({ length: nodeCount - byNode.size }, () => ofOthers?.reasons ?? []);
  const reasons = [...[...byNode.values()].map((rejection) => rejection.reasons), ...others].flat();
  return [...new Set(reasons)]
    .map((reason) => `${reasons.filter((other) => other === reason).length} ${reason}`)
    .sort();
}
