/**
 * Which events may give a pod room that had none. Source: kube-scheduler plugins/noderesources/fit.go. As there, what
 * the filter is told to ignore counts here nevertheless.
 */
import type { Node, Pod } from '../../../api/objects.ts';
import { nodeAllocatable, podRequests } from '../../../api/pod-requests.ts';
import { type PodInfo, podKey } from '../../cluster/pod-info.ts';
import type { ClusterEvent, ClusterEventInterest } from '../../framework/events.ts';
import { deviceClassChange, nodeChange, podChange } from '../support/event-objects.ts';
import { deviceClassPrefix } from './device-classes.ts';
import { isCountedResource } from './resource-names.ts';

export interface FitHintOptions {
  readonly resizes: boolean;
  /** Undefined where extended resources are never allocated dynamically. */
  readonly delegates: ((resource: string) => boolean) | undefined;
}

type Hint = 'queue' | 'skip';

export function fitEvents({ resizes, delegates }: FitHintOptions): readonly ClusterEventInterest[] {
  const interests: ClusterEventInterest[] = [
    { resource: 'AssignedPod', actions: ['delete'], hint: afterDelete },
    { resource: 'Node', actions: ['add', 'update-allocatable'], hint: afterNode(delegates ?? (() => false)) },
  ];
  if (resizes) {
    interests.push(
      { resource: 'AssignedPod', actions: ['update-scale-down'], hint: afterScaleDown },
      { resource: 'UnscheduledPod', actions: ['update-scale-down'], hint: afterScaleDown },
    );
  }
  if (delegates !== undefined) {
    interests.push({ resource: 'DeviceClass', actions: ['add', 'update'], hint: afterDeviceClass });
  }
  return interests;
}

function afterDelete(_pod: PodInfo, event: ClusterEvent): Hint {
  const { before } = podChange(event);
  const heldRoom = before !== undefined && (before.spec.nodeName !== '' || before.status.nominatedNodeName !== '');
  return heldRoom ? 'queue' : 'skip';
}

function afterScaleDown({ key, pod }: PodInfo, event: ClusterEvent): Hint {
  const { before, after } = podChange(event);
  if (before === undefined || after === undefined) return 'skip';
  if (podKey(after) === key) return 'queue';
  if (after.spec.nodeName === '') return 'skip';
  const [was, is] = [podRequests(before), podRequests(after)];
  const isLess = ([name]: readonly [string, bigint]): boolean => (was.get(name) ?? 0n) > (is.get(name) ?? 0n);
  return requested(pod).some(isLess) ? 'queue' : 'skip';
}

function afterNode(delegates: (resource: string) => boolean) {
  return ({ pod }: PodInfo, event: ClusterEvent): Hint => {
    const { before, after } = nodeChange(event);
    if (after === undefined) return 'skip';
    const wanted = requested(pod);
    const has = nodeAllocatable(after);
    const isDelegated = (name: string): boolean => (has.get(name) ?? 0n) === 0n && delegates(name);
    const fits = wanted.every(([name, amount]) => amount <= (has.get(name) ?? 0n) || isDelegated(name));
    if (!fits || (has.get('pods') ?? 0n) < 1n) return 'skip';
    return before === undefined || hasMore(before, has, wanted, isDelegated) ? 'queue' : 'skip';
  };
}

function hasMore(
  before: Node,
  has: ReadonlyMap<string, bigint>,
  wanted: readonly (readonly [string, bigint])[],
  isDelegated: (resource: string) => boolean,
): boolean {
  const had = nodeAllocatable(before);
  const grew = (name: string): boolean => (has.get(name) ?? 0n) > (had.get(name) ?? 0n);
  return grew('pods') || wanted.some(([name]) => grew(name) || isDelegated(name));
}

function afterDeviceClass({ pod }: PodInfo, event: ClusterEvent): Hint {
  const { before, after } = deviceClassChange(event);
  if (after === undefined) return 'skip';
  const { extendedResourceName } = after.spec;
  const asks = podRequests(pod);
  if (before === undefined) {
    if (asks.has(`${deviceClassPrefix}${after.metadata.name}`)) return 'queue';
  } else if (before.spec.extendedResourceName === extendedResourceName) {
    return 'skip';
  }
  return extendedResourceName !== undefined && asks.has(extendedResourceName) ? 'queue' : 'skip';
}

/** What the pod asks for of what the plugin counts. */
function requested(pod: Pod): readonly (readonly [string, bigint])[] {
  return [...podRequests(pod)].filter(([name, amount]) => amount > 0n && isCountedResource(name));
}
