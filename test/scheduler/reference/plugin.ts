/** What a plugin of the reference is: functions of the whole cluster, which keep nothing from one call to the next. */
import type { Node, Pod } from '../../../src/api/objects.ts';
import type { ReferenceCluster } from './cluster.ts';
import type { ReferenceOptions } from './options.ts';

export type PluginName =
  | 'NodeUnschedulable'
  | 'NodeName'
  | 'TaintToleration'
  | 'NodeAffinity'
  | 'NodePorts'
  | 'NodeResourcesFit'
  | 'VolumeRestrictions'
  | 'NodeVolumeLimits'
  | 'VolumeBinding'
  | 'VolumeZone'
  | 'PodTopologySpread'
  | 'InterPodAffinity'
  | 'NodeResourcesBalancedAllocation'
  | 'ImageLocality'
  | 'NodeDeclaredFeatures';

/** kube-scheduler's Unschedulable, UnschedulableAndUnresolvable and Error. */
export type RejectionCode = 'unschedulable' | 'unresolvable' | 'error';

export interface Rejection {
  readonly code: RejectionCode;
  readonly reasons: readonly string[];
}

export const unschedulable = (...reasons: readonly string[]): Rejection => ({ code: 'unschedulable', reasons });
export const unresolvable = (...reasons: readonly string[]): Rejection => ({ code: 'unresolvable', reasons });

/** `skip`: nothing to check, so Filter is not asked, nor told of pods that come and go. */
export type PreFilterVerdict =
  | { readonly kind: 'skip' }
  | { readonly kind: 'success'; readonly nodeNames?: ReadonlySet<string> }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export const skip: PreFilterVerdict = { kind: 'skip' };
export const success: PreFilterVerdict = { kind: 'success' };
export const rejected = (rejection: Rejection): PreFilterVerdict => ({ kind: 'rejected', rejection });

/** One attempt at one pod. */
export interface Cycle {
  readonly cluster: ReferenceCluster;
  readonly pod: Pod;
  readonly options: ReferenceOptions;
}

/** One node in a what-if: nominated pods are added, victims removed. The cluster of the cycle stays as it was. */
export interface Place {
  readonly node: Node;
  /** On the node, with `added` and without `removed`. */
  readonly pods: readonly Pod[];
  readonly added: readonly Pod[];
  readonly removed: readonly Pod[];
}

export interface ReferencePlugin {
  readonly name: PluginName;
  preFilter?(cycle: Cycle): PreFilterVerdict;
  /** `undefined`: the pod may go there. */
  filter?(cycle: Cycle, place: Place): Rejection | undefined;
  /** True where PreScore says Skip: the plugin adds nothing to any total. */
  skipsScore?(cycle: Cycle, feasible: readonly Node[]): boolean;
  score?(cycle: Cycle, node: Node, feasible: readonly Node[]): number;
  /** In the order of `feasible`; without it raw scores stand. */
  normalize?(cycle: Cycle, feasible: readonly Node[], raw: readonly number[]): number[];
}

/** kube-scheduler's DefaultNormalizeScore. */
export function defaultNormalize(raw: readonly number[], reverse: boolean): number[] {
  const highest = Math.max(0, ...raw);
  if (highest === 0) return raw.map((score) => (reverse ? 100 : score));
  return raw.map((score) => {
    const scaled = Math.trunc((100 * score) / highest);
    return reverse ? 100 - scaled : scaled;
  });
}
