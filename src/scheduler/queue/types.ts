/** What the queue is made from, and what it is told and asked. */
import type { Profile } from '../framework/profile.ts';
import type { Nominator } from './nominator.ts';

export interface QueueOptions {
  /** The queue sort of the first one orders the pods of all: kube-scheduler demands that they have the same. */
  readonly profiles: readonly Profile[];
  readonly nowMs: () => number;
  /** The queue keeps them up to date. */
  readonly nominated: Nominator;
  readonly podInitialBackoffMs: number;
  /** 0: pods never back off. */
  readonly podMaxBackoffMs: number;
  /** Whether `pop` cuts a backoff short while no other pod is ready (SchedulerPopFromBackoffQ). @default true */
  readonly popsFromBackoff?: boolean;
}

/** What came of an attempt that did not schedule the pod. */
export type AttemptFailure =
  | {
      readonly kind: 'unschedulable';
      /** Plugins that refused the pod: their hints say which events are worth another attempt. */
      readonly plugins: ReadonlySet<string>;
      /** Of those that answered `pending`: what they wait for ends a backoff, too. */
      readonly pendingPlugins: ReadonlySet<string>;
    }
  /** A fault, which says nothing of the cluster: the pod comes again after a backoff. */
  | { readonly kind: 'error' };

export interface QueueCounts {
  readonly active: number;
  readonly backoff: number;
  /** Without gated ones. */
  readonly unschedulable: number;
  readonly gated: number;
  readonly inFlight: number;
}
