/** Points of a sweep: their identity, their order, and their names in words. */
import type { Point } from '../lab/records.ts';
import { formatCount } from './format.ts';

const positions = ['first', 'middle', 'last'] as const;
const backendSets = ['even', 'uneven'] as const;
const loops = ['open', 'closed'] as const;

/** Equal for equal points. */
export function pointKey({ services, position, backends, loop, ratePerSec }: Point): string {
  return [services, position, backends, loop, ratePerSec].map((part) => part ?? '-').join('/');
}

/** By backends, loop, position, then size. */
export function comparePoints(a: Point, b: Point): number {
  return (
    place(backendSets, a.backends) - place(backendSets, b.backends) ||
    place(loops, a.loop) - place(loops, b.loop) ||
    place(positions, a.position) - place(positions, b.position) ||
    a.services - b.services ||
    (a.ratePerSec ?? 0) - (b.ratePerSec ?? 0)
  );
}

function place<Item>(order: readonly Item[], item: Item | undefined): number {
  return item === undefined ? -1 : order.indexOf(item);
}

export function describePosition(position: Point['position']): string {
  return position === undefined ? 'any Service' : `${position} Service of the list`;
}

export function describeLoop({ loop, ratePerSec }: Point): string | undefined {
  if (loop === 'closed') return 'closed loop (as fast as answers come)';
  if (loop === 'open') return `open loop at ${formatCount(ratePerSec ?? 0)} per second`;
  return undefined;
}

export function describeServices(services: number): string {
  return services === 1 ? '1 Service' : `${formatCount(services)} Services`;
}
