/** From where a volume can be reached. Source: component-helpers storage/volume helpers.go, CheckNodeAffinity. */
import { type CompiledNodeSelector, compileNodeSelector } from '../../../api/label-selectors.ts';
import type { Labels, NodeSelector, PersistentVolume } from '../../../api/objects.ts';

/** A volume that is written anew keeps its affinity object. */
const compiled = new WeakMap<NodeSelector, CompiledNodeSelector>();

/** Absent: from every node. */
export function volumeAffinity({ spec }: PersistentVolume): CompiledNodeSelector | undefined {
  const required = spec.nodeAffinity?.required;
  if (required === undefined) return undefined;
  const known = compiled.get(required);
  if (known !== undefined) return known;
  const selector = compileNodeSelector(required);
  compiled.set(required, selector);
  return selector;
}

/** Only labels count: a node's name is not looked at. */
export function isReachable(affinity: CompiledNodeSelector | undefined, labels: Labels): boolean {
  return affinity === undefined || affinity.matches(labels, '');
}
