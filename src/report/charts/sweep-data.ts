/** Figures over Service counts as chart data, shared by the cost and the programming charts. */
import { representatives } from '../../lab/arms.ts';
import type { Arm } from '../../lab/records.ts';
import { groupBy } from '../group.ts';
import type { Metric } from '../measures.ts';
import type { KernelSummary, MeasureRow } from '../summary.ts';

/** A place on a curve. `x` is the Service count, `y` the figure in the chart's unit. */
export interface SweepPoint {
  readonly arm: string;
  readonly panel: string;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Points between two measured sizes, so that a straight line is drawn as what it is on logarithmic axes: a curve. */
const stepsBetween = 12;

/** The measured points. */
export function sweepPoints(
  rows: readonly MeasureRow[],
  metric: Metric,
  divisor: number,
  panelOf: (row: MeasureRow) => string,
): SweepPoint[] {
  return rows.flatMap((row) => {
    const figure = row.figures[metric];
    if (figure === undefined || figure.estimate <= 0 || row.point.services < 1) return [];
    const [y, low, high] = [figure.estimate, Math.max(figure.low, figure.estimate / 100), figure.high];
    return [
      {
        arm: row.arm,
        panel: panelOf(row),
        x: row.point.services,
        y: y / divisor,
        low: low / divisor,
        high: high / divisor,
      },
    ];
  });
}

/** The measured points of each arm and panel, joined by straight lines in cost against Services. */
export function joined(points: readonly SweepPoint[]): SweepPoint[] {
  const curves = groupBy(points, ({ arm, panel }) => `${panel}\n${arm}`);
  return [...curves.values()].flatMap((curve) => {
    const sorted = curve.toSorted((a, b) => a.x - b.x);
    return sorted.flatMap((from, place) => {
      const to = sorted[place + 1];
      return to === undefined ? [from] : between(from, to);
    });
  });
}

function between(from: SweepPoint, to: SweepPoint): SweepPoint[] {
  return Array.from({ length: stepsBetween }, (_, step) => {
    const x = from.x * (to.x / from.x) ** (step / stepsBetween);
    const share = (x - from.x) / (to.x - from.x);
    const mix = (field: 'y' | 'low' | 'high'): number => from[field] + share * (to[field] - from[field]);
    return { ...from, x, y: mix('y'), low: mix('low'), high: mix('high') };
  });
}

/** Arms that a line chart shows: one for each mode; other IPVS schedulers share its path and are in the table. */
export function chartedArms(summary: KernelSummary, rows: readonly MeasureRow[]): Arm[] {
  return representatives(summary.arms).filter((arm) => rows.some((row) => row.arm === arm.id));
}
