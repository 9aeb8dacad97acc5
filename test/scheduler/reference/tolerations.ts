/** Which taints a pod puts up with. */
import type { Node, Pod, Taint, Toleration } from '../../../src/api/objects.ts';

export function isTolerated(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}

function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  // Lt and Gt need the gate TaintTolerationComparisonOperators, which is off.
  return operator === 'Equal' && value === taint.value;
}

/** The first one that keeps the pod away. */
export function firstUntoleratedTaint({ spec }: Pod, node: Node): Taint | undefined {
  return node.spec.taints.find((taint) => taint.effect !== 'PreferNoSchedule' && !isTolerated(spec.tolerations, taint));
}
