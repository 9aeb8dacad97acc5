/** A pod as the scheduler keeps it. */
import type { OwnerReference, Pod, PodSpec } from '../../api/objects.ts';
import type { NonZeroAmounts, ResourceAmounts } from './resource-table.ts';

/** What selectors look at; interned, so that what matches one can be remembered by number. */
export interface LabelSet {
  readonly id: number;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * All that makes two pods the same for the scheduler, but for their names, their volumes and claims, and their own
 * history. Pods of one template share a shape; plugins prepare per shape what would otherwise be prepared per pod.
 */
export interface PodShape {
  readonly id: number;
  /** Of one of the pods: its nodeName, volumes, resourceClaims and podGroupName are not those of the others. */
  readonly spec: PodSpec;
  readonly labelSet: LabelSet;
  readonly controller: OwnerReference | undefined;
  readonly requests: ResourceAmounts;
  readonly nonZeroRequests: NonZeroAmounts;
}

export interface PodInfo {
  /** The object as the API server last gave it; replaced where nothing that matters has changed. */
  pod: Pod;
  /** `uid`, or `namespace/name` where there is none. */
  readonly key: string;
  readonly shape: PodShape;
  readonly priority: number;
  /** From status.startTime; pods without one count as started last. Milliseconds since 1970. */
  readonly startTimeMs: number;
  readonly isDeleting: boolean;
  /** Where it runs or is assumed to: the node's slot; -1 while it has none. Kept by ClusterState. */
  slot: number;
  /** Its place among the pods of the node. Kept by ClusterState. */
  place: number;
}

export function podKey(pod: Pod): string {
  return pod.metadata.uid ?? `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}`;
}
