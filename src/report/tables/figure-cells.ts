/** Figures as table cells: one unit and one number of decimals wherever numbers stand under each other. */
import type { Figure } from '../../stats/figure.ts';
import { isConfident } from '../../stats/figure.ts';
import { formatMultiple, formatScaled, type Scale, scaleFor } from '../format.ts';
import type { MeasureRow } from '../summary.ts';
import type { CellView } from './view.ts';

/** A column before it is worded: the figure of each row, or why there is none. */
export type ColumnFigures = readonly (Figure | undefined)[];

/** The scale that all of `figures` share; without a symbol when there is no figure. */
export function commonScale(figures: ColumnFigures): Scale {
  const present = figures.filter((figure) => figure !== undefined);
  const unit = present[0]?.unit;
  if (unit === undefined) return { symbol: '', divisor: 1, decimals: 0 };
  return scaleFor(
    unit,
    present.map((figure) => figure.estimate),
  );
}

export function figureCell(
  figure: Figure | undefined,
  scale: Scale,
  largest: number,
  missing: string,
  overDirect?: Figure,
): CellView {
  if (figure === undefined) return { kind: 'empty', reason: missing };
  return {
    kind: 'figure',
    value: formatScaled(figure.estimate, scale),
    interval: figure.n === 1 ? 'one slice' : `${formatScaled(figure.low, scale)}–${formatScaled(figure.high, scale)}`,
    n: figure.n,
    weak: !isConfident(figure),
    ...(overDirect === undefined ? {} : { overDirect: formatMultiple(overDirect.estimate) }),
    bar: largest > 0 ? figure.estimate / largest : 0,
  };
}

/** Largest estimate among `figures`, 0 when there is none. */
export function largestOf(figures: ColumnFigures): number {
  return Math.max(0, ...figures.map((figure) => figure?.estimate ?? 0));
}

/** Why a row lacks a figure. */
export function missingReason(row: MeasureRow | undefined): string {
  if (row === undefined) return 'not measured';
  if (row.slices.valid > 0) return 'too few samples';
  return row.slices.void === 1 ? 'its slice is void' : `all ${row.slices.void} slices void`;
}

/** `n = 20`, or `n = 18 to 20`: slices behind the figures of a table or chart, and what their intervals are. */
export function countNote(figures: ColumnFigures): string {
  const counts = figures.flatMap((figure) => (figure === undefined ? [] : [figure.n]));
  if (counts.length === 0) return 'no figures';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const number = least === most ? `n = ${least}` : `n = ${least} to ${most}`;
  return `${number} ${most === 1 ? 'slice' : 'slices'} for each figure; ${intervalNote(figures)}`;
}

/** What `low` and `high` of these figures are: intervals, or mere ranges where there are too few slices. */
export function intervalNote(figures: ColumnFigures): string {
  const present = figures.filter((figure) => figure !== undefined);
  if (present.every(isConfident)) return '95 % intervals';
  if (present.some(isConfident)) return '95 % intervals, † ranges of fewer than 6 slices';
  return '† ranges, too few slices for 95 % intervals';
}
