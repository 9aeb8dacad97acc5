/**
 * What has changed of a node or a pod, in the terms in which plugins register for events.
 * Source: kube-scheduler framework/events.go.
 */
import type { Labels, Node, Pod, ResourceList } from '../../api/objects.ts';
import { nodeAllocatable, podRequests } from '../../api/pod-requests.ts';
import type { EventAction } from '../framework/events.ts';

/** Empty when nothing has changed that matters. */
export function nodeUpdateActions(before: Node, after: Node): readonly EventAction[] {
  const actions: EventAction[] = [];
  if (allocatableChanged(before, after)) actions.push('update-allocatable');
  if (!sameText(before.metadata.labels, after.metadata.labels)) actions.push('update-labels');
  // A node that becomes schedulable again counts as one that loses a taint; the other way round helps nobody.
  const opens = before.spec.unschedulable && !after.spec.unschedulable;
  if (opens || taintsChanged(before, after)) actions.push('update-taints');
  if (!sameList(before.status.declaredFeatures, after.status.declaredFeatures)) {
    actions.push('update-declared-features');
  }
  return actions;
}

/** Never empty: what is nothing in particular is an `update`. */
export function podUpdateActions(before: Pod, after: Pod): readonly EventAction[] {
  const actions: EventAction[] = [];
  if (!sameText(before.metadata.labels, after.metadata.labels)) actions.push('update-labels');
  if (scaledDown(before, after)) actions.push('update-scale-down');
  if (before.spec.schedulingGates.length > 0 && after.spec.schedulingGates.length === 0) {
    actions.push('update-gates-eliminated');
  }
  // The API lets tolerations be added only.
  if (before.spec.tolerations.length !== after.spec.tolerations.length) actions.push('update-tolerations');
  if (claimsChanged(before, after)) actions.push('update-claims');
  return actions.length > 0 ? actions : ['update'];
}

function sameText(before: Labels | ResourceList, after: Labels | ResourceList): boolean {
  if (before === after) return true;
  const keys = Object.keys(before);
  return keys.length === Object.keys(after).length && keys.every((key) => before[key] === after[key]);
}

function allocatableChanged(before: Node, after: Node): boolean {
  const [a, b] = [before.status.allocatable, after.status.allocatable];
  // Amounts that are written alike need not be read.
  return !sameText(a, b) && !sameAmounts(nodeAllocatable(before), nodeAllocatable(after));
}

function sameAmounts(before: ReadonlyMap<string, bigint>, after: ReadonlyMap<string, bigint>): boolean {
  return before.size === after.size && [...before].every(([name, amount]) => after.get(name) === amount);
}

function taintsChanged(before: Node, after: Node): boolean {
  const [a, b] = [before.spec.taints, after.spec.taints];
  if (a === b) return false;
  if (a.length !== b.length) return true;
  return a.some(({ key, value, effect }, place) => {
    const other = b[place];
    return other?.key !== key || other.value !== value || other.effect !== effect;
  });
}

function sameList(before: readonly string[] = [], after: readonly string[] = []): boolean {
  return before.length === after.length && before.every((text, place) => text === after[place]);
}

/** Whether the pod asks for less of something than before. */
function scaledDown(before: Pod, after: Pod): boolean {
  if (before.spec === after.spec && !mayBeResized(before) && !mayBeResized(after)) return false;
  const now = podRequests(after);
  return [...podRequests(before)].some(([name, amount]) => (now.get(name) ?? -1n) < amount);
}

/** Whether its status has a say in what it asks for. */
function mayBeResized({ status }: Pod): boolean {
  const { containerStatuses, initContainerStatuses, resources } = status;
  return containerStatuses !== undefined || initContainerStatuses !== undefined || resources !== undefined;
}

function claimsChanged({ status: { resourceClaimStatuses: before } }: Pod, { status }: Pod): boolean {
  const { resourceClaimStatuses: after } = status;
  if (before === after) return false;
  return JSON.stringify(before ?? []) !== JSON.stringify(after ?? []);
}
