import type { PodInfo } from '../cluster/pod-info.ts';

/** Pods that an earlier preemption has nominated to nodes. */
export interface NominatedPods {
  readonly isEmpty: boolean;
  /** Those of one node. Every change of them is a new version of the node. */
  on(slot: number): readonly PodInfo[];
  /** The name of the node that the pod of this key is nominated to. */
  nodeOf(key: string): string | undefined;
}
