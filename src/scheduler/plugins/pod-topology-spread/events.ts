/** When a pod that spreading refused is worth another attempt. Source: plugins/podtopologyspread/plugin.go. */
import type { Node, Pod } from '../../../api/objects.ts';
import type { PodInfo } from '../../cluster/pod-info.ts';
import type { ClusterEvent, ClusterEventInterest } from '../../framework/events.ts';
import { nodeChange, podChange } from '../support/event-objects.ts';
import type { ConstraintSet } from './constraints.ts';

type Answer = 'queue' | 'skip';

/** @param hardOf the constraints that must be met, of the pod's shape */
export function spreadEvents(hardOf: (info: PodInfo) => ConstraintSet): readonly ClusterEventInterest[] {
  const isCounted = (info: PodInfo, { metadata }: Pod): boolean =>
    hardOf(info).constraints.some(({ matcher }) =>
      matcher.matches({ id: -1, namespace: metadata.namespace ?? 'default', labels: metadata.labels }),
    );

  const podHint = (info: PodInfo, event: ClusterEvent): Answer => {
    const { before, after } = podChange(event);
    const pod = after ?? before;
    if (pod === undefined) return 'queue';
    if ((pod.metadata.namespace ?? 'default') !== info.shape.labelSet.namespace) return 'skip';
    if (before !== undefined && after !== undefined) {
      const wentAway =
        before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined;
      return wentAway || isCounted(info, before) !== isCounted(info, after) ? 'queue' : 'skip';
    }
    return isCounted(info, pod) ? 'queue' : 'skip';
  };

  const hasAllKeys = (info: PodInfo, node: Node | undefined): boolean =>
    node !== undefined && hardOf(info).topologyKeys.every((key) => node.metadata.labels[key] !== undefined);

  const nodeHint = (info: PodInfo, event: ClusterEvent): Answer => {
    const { before, after } = nodeChange(event);
    if (before !== undefined && after !== undefined) {
      const [had, has] = [hasAllKeys(info, before), hasAllKeys(info, after)];
      if (had !== has) return 'queue';
      if (!has) return 'skip';
      const changed = hardOf(info).topologyKeys.some(
        (key) => before.metadata.labels[key] !== after.metadata.labels[key],
      );
      return changed || JSON.stringify(before.spec.taints) !== JSON.stringify(after.spec.taints) ? 'queue' : 'skip';
    }
    return hasAllKeys(info, after ?? before) ? 'queue' : 'skip';
  };

  return [
    { resource: 'AssignedPod', actions: ['add', 'update', 'delete'], hint: podHint },
    { resource: 'Node', actions: ['add', 'delete', 'update-labels', 'update-taints'], hint: nodeHint },
  ];
}
