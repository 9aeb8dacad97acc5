/** The objects of an event, as the kinds that a hint has registered for. */
import type { DeviceClass, Node, Pod } from '../../../api/objects.ts';
import type { ClusterEvent } from '../../framework/events.ts';

export interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

export function nodeChange({ before, after }: ClusterEvent): Change<Node> {
  return { before: before?.kind === 'Node' ? before : undefined, after: after?.kind === 'Node' ? after : undefined };
}

export function podChange({ before, after }: ClusterEvent): Change<Pod> {
  return { before: before?.kind === 'Pod' ? before : undefined, after: after?.kind === 'Pod' ? after : undefined };
}

export function deviceClassChange({ before, after }: ClusterEvent): Change<DeviceClass> {
  return {
    before: before?.kind === 'DeviceClass' ? before : undefined,
    after: after?.kind === 'DeviceClass' ? after : undefined,
  };
}
