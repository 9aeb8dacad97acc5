/** Whether an event is worth another attempt. Source: kube-scheduler scheduling_queue.go, isPodWorthRequeuing. */
import type { ClusterEvent, ClusterEventInterest } from '../framework/events.ts';
import { actionsMatch, type PluginWatch } from './profile-watch.ts';
import type { QueuedPodInfo } from './queued-pod.ts';

/** Where a refused pod goes: it stays, it comes back when its backoff is over, or it need not wait for that. */
export type Requeue = 'never' | 'after-backoff' | 'at-once';

/** What the plugins that refused the pod say of the event. */
export function worthOf(pod: QueuedPodInfo, event: ClusterEvent): Requeue {
  let worth: Requeue = 'never';
  for (const plugin of [...pod.unschedulablePlugins, ...pod.pendingPlugins]) {
    const watch = pod.watch.of(plugin);
    if (watch.interests === undefined) worth = worthBy(pod, watch);
    else {
      for (const interest of watch.interests) {
        if (interest.resource !== event.resource || !actionsMatch(interest.actions, event.actions)) continue;
        if (hintQueues(pod, event, interest)) worth = worthBy(pod, watch);
        if (worth === 'at-once') return worth;
      }
    }
    if (worth === 'at-once' || (worth === 'after-backoff' && pod.pendingPlugins.size === 0)) return worth;
  }
  return worth;
}

/** What it means that this plugin wants the pod back. */
export function worthBy(pod: QueuedPodInfo, { plugin }: PluginWatch): Requeue {
  return pod.pendingPlugins.has(plugin) ? 'at-once' : 'after-backoff';
}

/** A hint that throws wants the pod back: better one attempt in vain than a pod that is stuck. */
export function hintQueues(
  pod: QueuedPodInfo,
  event: ClusterEvent,
  interest: ClusterEventInterest | undefined,
): boolean {
  if (interest?.hint === undefined) return true;
  try {
    return interest.hint(pod.info, event) === 'queue';
  } catch {
    return true;
  }
}
