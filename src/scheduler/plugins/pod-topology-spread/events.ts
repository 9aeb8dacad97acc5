/** When a pod that spreading refused is worth another attempt. Source: plugins/podtopologyspread/plugin.go. */
import type { Labels, Node, Pod, Taint, Toleration } from '../../../api/objects.ts';
import { type PodInfo, podKey } from '../../cluster/pod-info.ts';
import type { ClusterEvent, ClusterEventInterest } from '../../framework/events.ts';
import { nodeChange, podChange } from '../support/event-objects.ts';
import type { ConstraintSet } from './constraints.ts';

type Hint = 'queue' | 'skip';

/** @param hardOf the constraints that must be met */
export function spreadEvents(hardOf: (info: PodInfo) => ConstraintSet): readonly ClusterEventInterest[] {
  const isInvolved = ({ key, shape }: PodInfo, pod: Pod): boolean =>
    podKey(pod) === key ||
    (pod.spec.nodeName !== '' && (pod.metadata.namespace ?? 'default') === shape.labelSet.namespace);

  const afterPod = (info: PodInfo, event: ClusterEvent): Hint => {
    const { before, after } = podChange(event);
    if ([before, after].some((pod) => pod !== undefined && !isInvolved(info, pod))) return 'skip';
    const { constraints } = hardOf(info);
    if (before === undefined || after === undefined) {
      const labels = (after ?? before)?.metadata.labels ?? {};
      return constraints.some(({ selector }) => selector.matches(labels)) ? 'queue' : 'skip';
    }
    const toleratesMore =
      podKey(after) === info.key &&
      !isSame<readonly Toleration[]>(before.spec.tolerations, after.spec.tolerations) &&
      constraints.some(({ honorsTaints }) => honorsTaints);
    const isAnother = constraints.some(
      ({ selector }) => selector.matches(before.metadata.labels) !== selector.matches(after.metadata.labels),
    );
    return toleratesMore || isAnother ? 'queue' : 'skip';
  };

  const hasAllKeys = (info: PodInfo, node: Node | undefined): boolean =>
    node !== undefined && hardOf(info).topologyKeys.every((key) => node.metadata.labels[key] !== undefined);

  const afterNode = (info: PodInfo, event: ClusterEvent): Hint => {
    const { before, after } = nodeChange(event);
    if (before === undefined || after === undefined) return hasAllKeys(info, after ?? before) ? 'queue' : 'skip';
    const [had, has] = [hasAllKeys(info, before), hasAllKeys(info, after)];
    if (had !== has) return 'queue';
    const [was, is]: Labels[] = [before.metadata.labels, after.metadata.labels];
    const isElsewhere = hardOf(info).topologyKeys.some((key) => was?.[key] !== is?.[key]);
    return has && (isElsewhere || !isSame<readonly Taint[]>(before.spec.taints, after.spec.taints)) ? 'queue' : 'skip';
  };

  return [
    { resource: 'AssignedPod', actions: ['add', 'update-labels', 'delete'], hint: afterPod },
    { resource: 'UnscheduledPod', actions: ['update-labels', 'update-tolerations'], hint: afterPod },
    { resource: 'Node', actions: ['add', 'delete', 'update-labels', 'update-taints'], hint: afterNode },
  ];
}

function isSame<T>(before: T, after: T): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}
