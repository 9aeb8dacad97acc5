/** What happens in a cluster, as queueing hints see it. Source: kube-scheduler framework/events.go. */
import type { SchedulingKind, SchedulingObjects } from '../../api/objects.ts';
import type { PodInfo } from '../cluster/pod-info.ts';

/** `AssignedPod`: one that has a node. `UnscheduledPod`: the pod in question itself. */
export type EventResource = Exclude<SchedulingKind, 'Pod'> | 'AssignedPod' | 'UnscheduledPod';

export type EventAction =
  | 'add'
  | 'delete'
  | 'update'
  // Node
  | 'update-allocatable'
  | 'update-labels'
  | 'update-taints'
  | 'update-conditions'
  | 'update-declared-features'
  // pods
  | 'update-scale-down'
  | 'update-tolerations'
  | 'update-gates-eliminated'
  | 'update-claims';

/** Something that happened. The objects are what the API server had before and has now. */
export interface ClusterEvent {
  readonly resource: EventResource;
  /** One event may have several, as a node whose labels and taints changed together. */
  readonly actions: readonly EventAction[];
  readonly before?: SchedulingObjects[SchedulingKind];
  readonly after?: SchedulingObjects[SchedulingKind];
}

export interface ClusterEventInterest {
  readonly resource: EventResource;
  readonly actions: readonly EventAction[];
  /** Whether the event may make the pod schedulable; absent: always. What it throws counts as yes. */
  hint?(pod: PodInfo, event: ClusterEvent): 'queue' | 'skip';
}
