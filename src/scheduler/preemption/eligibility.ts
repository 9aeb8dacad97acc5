/** Whether a pod may preempt others now. Source: plugins/defaultpreemption, PodEligibleToPreemptOthers. */
import type { Pod } from '../../api/objects.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Diagnosis } from '../framework/plugin.ts';
import { preemptionStatuses } from './statuses.ts';

/** Why it may not; undefined when it may. */
export function ineligibility(info: PodInfo, cluster: ClusterState, diagnosis: Diagnosis): string | undefined {
  const { spec, status } = info.pod;
  if (spec.preemptionPolicy === 'Never') return preemptionStatuses.never;
  if (status.nominatedNodeName === '') return undefined;
  const slot = cluster.slotOf(status.nominatedNodeName);
  if (slot === undefined || cluster.node(slot) === undefined) return undefined;
  // A node that has become impossible is not waited for.
  if (diagnosis.statusOf(slot).code === 'unresolvable') return undefined;
  const isLeaving = cluster.podsOn(slot).some((pod) => pod.priority < info.priority && isPreempted(pod));
  return isLeaving ? preemptionStatuses.terminating : undefined;
}

/** Whether it is on its way out because of a preemption. */
function isPreempted({ isDeleting, pod }: PodInfo): boolean {
  return isDeleting && isMarked(pod);
}

function isMarked({ status }: Pod): boolean {
  const condition = status.conditions.find(({ type }) => type === 'DisruptionTarget');
  return condition?.status === 'True' && condition.reason === 'PreemptionByScheduler';
}
