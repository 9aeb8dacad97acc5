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

/**
 * Those of `items` that are at a position of the list. Where there is a single Service it is the first, the middle
 * and the last one, and is measured once: it stands for the position when nothing else does.
 */
export function atPosition<Item extends { readonly point: Point }>(
  items: readonly Item[],
  position: NonNullable<Point['position']>,
): Item[] {
  const exact = items.filter(({ point }) => point.position === position);
  if (exact.some(({ point }) => point.services === 1)) return exact;
  const single = items.filter(({ point }) => point.services === 1);
  return [...single, ...exact];
}

/** Positions that were measured, first to last. A lone Service is only its first. */
export function positionsOf(items: readonly { readonly point: Point }[]): NonNullable<Point['position']>[] {
  return positions.filter((position) => items.some(({ point }) => point.position === position));
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
