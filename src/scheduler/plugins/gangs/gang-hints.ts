/** Which events may complete a gang. Source: kube-scheduler plugins/gangscheduling. */
import type { PodGroup } from '../../../api/objects.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import type { ClusterEvent, ClusterEventInterest } from '../../framework/events.ts';
import { podChange } from '../support/event-objects.ts';

type Hint = 'queue' | 'skip';

export const gangEvents: readonly ClusterEventInterest[] = [
  { resource: 'UnscheduledPod', actions: ['add'], hint: afterPodAdd },
  { resource: 'AssignedPod', actions: ['add'], hint: afterPodAdd },
  { resource: 'PodGroup', actions: ['add', 'update'], hint: afterGroupChange },
];

function afterPodAdd({ pod }: PodInfo, event: ClusterEvent): Hint {
  const { after } = podChange(event);
  const { podGroupName } = pod.spec;
  if (podGroupName === undefined || after?.spec.podGroupName !== podGroupName) return 'skip';
  return (after.metadata.namespace ?? 'default') === (pod.metadata.namespace ?? 'default') ? 'queue' : 'skip';
}

/** A group that comes, or that is content with fewer pods than before. */
function afterGroupChange({ pod }: PodInfo, { before, after }: ClusterEvent): Hint {
  if (after?.kind !== 'PodGroup' || !isOf(pod.spec.podGroupName, pod.metadata.namespace, after)) return 'skip';
  if (before?.kind !== 'PodGroup') return 'queue';
  const [was, is] = [before.spec.policy.gang?.minCount, after.spec.policy.gang?.minCount];
  return was !== undefined && is !== undefined && is < was ? 'queue' : 'skip';
}

function isOf(groupName: string | undefined, namespace: string | undefined, { metadata }: PodGroup): boolean {
  return groupName === metadata.name && (namespace ?? 'default') === (metadata.namespace ?? 'default');
}
