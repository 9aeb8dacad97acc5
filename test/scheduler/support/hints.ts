/** What a plugin's queueing hints say of an event. */
import type { Pod, SchedulingKind, SchedulingObjects } from '../../../src/api/objects.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { ClusterEvent, EventAction, EventResource } from '../../../src/scheduler/framework/events.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';

type AnyObject = SchedulingObjects[SchedulingKind];

export function eventOf(
  resource: EventResource,
  action: EventAction,
  before: AnyObject | undefined,
  after: AnyObject | undefined,
): ClusterEvent {
  return {
    resource,
    actions: [action],
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

/** `not registered` where the plugin does not want to hear of such events. */
export function hintOf(
  plugin: Plugin,
  resource: EventResource,
  action: EventAction,
): (pod: Pod, event: ClusterEvent) => 'queue' | 'skip' | 'not registered' {
  const interests = (plugin.events ?? []).filter(
    (known) => known.resource === resource && known.actions.includes(action),
  );
  const infos = new ClusterState();
  return (pod, event) => {
    if (interests.length === 0) return 'not registered';
    const info = infos.info(pod);
    const wakes = interests.some((interest) => (interest.hint?.(info, event) ?? 'queue') === 'queue');
    return wakes ? 'queue' : 'skip';
  };
}
