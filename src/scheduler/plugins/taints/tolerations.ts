/** Which taints a pod puts up with. Source: component-helpers scheduling/corev1/helpers.go. */
import type { Taint, TaintEffect, Toleration } from '../../../api/objects.ts';

/** Taints of these effects keep a pod away; the third effect only makes a node less welcome. */
export const hardEffects: readonly TaintEffect[] = ['NoSchedule', 'NoExecute'];

/** @param comparisons whether the operators Lt and Gt count (TaintTolerationComparisonOperators) */
export function toleratesTaint(toleration: Toleration, taint: Taint, comparisons: boolean): boolean {
  const { effect, key, operator, value } = toleration;
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Equal') return value === taint.value;
  if (operator === 'Exists') return true;
  if (!comparisons) return false;
  const [own, limit] = [int64(taint.value), int64(value)];
  if (own === undefined || limit === undefined) return false;
  return operator === 'Lt' ? own < limit : own > limit;
}

export function tolerates(tolerations: readonly Toleration[], taint: Taint, comparisons: boolean): boolean {
  return tolerations.some((toleration) => toleratesTaint(toleration, taint, comparisons));
}

/** Taints that none of the tolerations covers. */
export function countUntolerated(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  comparisons: boolean,
): number {
  return taints.filter((taint) => !tolerates(tolerations, taint, comparisons)).length;
}

/** As strconv.ParseInt reads it with base 10. */
function int64(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
