/** A pod in the scheduling queue, with its history there. Source: kube-scheduler framework/types.go, QueuedPodInfo. */
import type { PodInfo } from '../cluster/pod-info.ts';
import type { QueuedPod } from '../framework/plugin.ts';
import type { Status } from '../framework/status.ts';
import type { HeapItem } from './indexed-heap.ts';
import type { PluginWatch, ProfileWatch } from './profile-watch.ts';

/** `unschedulable` includes gated pods; `in-flight` is popped and not given back yet. */
export type QueuePlace = 'none' | 'active' | 'backoff' | 'error-backoff' | 'unschedulable' | 'in-flight';

/** Only the queue changes it. */
export interface QueuedPodInfo extends QueuedPod, HeapItem {
  info: PodInfo;
  timestampMs: number;
  /** Times that it was popped. */
  attempts: number;
  /** When it first could be popped; undefined for a pod that never could. */
  firstReadyMs: number | undefined;
  /** Attempts that ended with a refusal by plugins. */
  unschedulableCount: number;
  /** Attempts that ended with a fault, since the last one that did not. */
  consecutiveErrors: number;
  /** Plugins that refused it in its last attempt, and the one that gates it. */
  unschedulablePlugins: ReadonlySet<string>;
  /** Plugins that wait for something in particular: when it happens the pod need not wait for its backoff. */
  pendingPlugins: ReadonlySet<string>;
  /** What a PreEnqueue plugin has against it: it cannot be popped before that is gone. */
  gate: Status | undefined;
  place: QueuePlace;
  /** Until when it backs off, cut off to whole seconds; undefined: not computed since its last attempt. */
  backoffExpiryMs: number | undefined;
  /** Rises with every pod that becomes unschedulable. */
  unschedulableOrder: number;
  readonly watch: ProfileWatch;
  /** What it waits for while it is unschedulable. */
  rejectors: readonly PluginWatch[];
}

export function createQueuedPod(info: PodInfo, watch: ProfileWatch, nowMs: number): QueuedPodInfo {
  return {
    info,
    timestampMs: nowMs,
    attempts: 0,
    firstReadyMs: undefined,
    unschedulableCount: 0,
    consecutiveErrors: 0,
    unschedulablePlugins: noPlugins,
    pendingPlugins: noPlugins,
    gate: undefined,
    place: 'none',
    backoffExpiryMs: undefined,
    unschedulableOrder: 0,
    watch,
    rejectors: [],
    heapIndex: -1,
    heapOrder: 0,
  };
}

export const noPlugins: ReadonlySet<string> = new Set();
