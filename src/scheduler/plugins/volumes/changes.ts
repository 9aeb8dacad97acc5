/** The objects of an event, as the one kind that a hint has registered for. */
import type { SchedulingKind, SchedulingObjects } from '../../../api/objects.ts';
import type { ClusterEvent } from '../../framework/events.ts';

export interface ChangeOf<K extends SchedulingKind> {
  readonly before: SchedulingObjects[K] | undefined;
  readonly after: SchedulingObjects[K] | undefined;
}

export function changeOf<K extends SchedulingKind>(kind: K, { before, after }: ClusterEvent): ChangeOf<K> {
  const as = (object: SchedulingObjects[SchedulingKind] | undefined): SchedulingObjects[K] | undefined =>
    object?.kind === kind ? (object as SchedulingObjects[K]) : undefined;
  return { before: as(before), after: as(after) };
}
