/** Which of the points of an exchange a report tells first. */
import type { MeasureRow } from './summary.ts';

/**
 * Rows of the largest Service count and the last position there is, in the open loop where there is one: for each arm
 * the one at the highest rate that it was offered.
 */
export function busiest(rows: readonly MeasureRow[]): readonly MeasureRow[] {
  const services = Math.max(...rows.map((row) => row.point.services));
  const largest = rows.filter((row) => row.point.services === services);
  const open = largest.filter((row) => row.point.loop === 'open');
  const loop = open.length > 0 ? open : largest;
  const position = (['last', 'middle', 'first'] as const).find((name) =>
    loop.some((row) => row.point.position === name),
  );
  const placed = loop.filter((row) => row.point.position === position);
  return placed.filter((row) => rateOf(row) === Math.max(...placed.filter(({ arm }) => arm === row.arm).map(rateOf)));
}

function rateOf({ point }: MeasureRow): number {
  return point.ratePerSec ?? 0;
}
