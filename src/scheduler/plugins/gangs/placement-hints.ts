/** Which events may give a PodGroup another place, besides those that the filters wait for. */
import type { PodInfo } from '../../cluster/pod-info.ts';
import type { ClusterEvent, ClusterEventInterest } from '../../framework/events.ts';
import { podChange } from '../support/event-objects.ts';

export const placementEvents: readonly ClusterEventInterest[] = [
  { resource: 'Node', actions: ['add', 'update-labels'] },
  { resource: 'PodGroup', actions: ['add', 'update'], hint: afterGroupChange },
  // Without a pod in its domain the group is free to go elsewhere.
  { resource: 'AssignedPod', actions: ['delete'], hint: afterMemberGone },
];

function afterGroupChange({ pod }: PodInfo, { after }: ClusterEvent): 'queue' | 'skip' {
  if (after?.kind !== 'PodGroup' || after.metadata.name !== pod.spec.podGroupName) return 'skip';
  return (after.metadata.namespace ?? 'default') === (pod.metadata.namespace ?? 'default') ? 'queue' : 'skip';
}

function afterMemberGone({ pod }: PodInfo, event: ClusterEvent): 'queue' | 'skip' {
  const { before } = podChange(event);
  if (before?.spec.podGroupName === undefined || before.spec.podGroupName !== pod.spec.podGroupName) return 'skip';
  return (before.metadata.namespace ?? 'default') === (pod.metadata.namespace ?? 'default') ? 'queue' : 'skip';
}
