/** What came of one attempt to schedule a pod. */
import type { PodInfo } from './cluster/pod-info.ts';

interface AttemptOf {
  readonly info: PodInfo;
  /** Nodes that were looked at. */
  readonly visited: number;
}

export type Attempt = AttemptOf &
  (
    | { readonly kind: 'scheduled'; readonly nodeName: string; readonly feasible: number }
    /** Reserved on a node; a Permit plugin, or a binding that takes time, holds it there. */
    | { readonly kind: 'waiting'; readonly nodeName: string; readonly feasible: number }
    | { readonly kind: 'unschedulable'; readonly message: string; readonly nominatedNodeName?: string }
    | { readonly kind: 'error'; readonly error: Error }
    /** Deleted while it waited, or already on a node. */
    | { readonly kind: 'dropped' }
  );

/** Is told of every attempt, and of every end of a binding that took time. */
export interface SchedulerObserver {
  attempted?(attempt: Attempt): void;
  /** A waiting pod was bound. */
  bound?(info: PodInfo, nodeName: string): void;
  /** A pod that was reserved lost its node again. */
  bindingFailed?(info: PodInfo, error: Error): void;
  /** A plugin has thrown when the pod was bound already: it stays so. */
  postBindFailed?(info: PodInfo, error: Error): void;
}
