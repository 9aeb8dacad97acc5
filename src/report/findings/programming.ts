/** How long it takes until the kernel knows the Services, and what one more of them costs. */

import { representatives } from '../../lab/arms.ts';
import type { Measure } from '../../lab/records.ts';
import { isConfident } from '../../stats/figure.ts';
import { isServiceArm } from '../arms.ts';
import { formatCount, formatFigure, formatFixed, joinWords } from '../format.ts';
import { describeServices } from '../points.ts';
import type { Finding, MeasureRow } from '../summary.ts';
import { type FindingInput, nameOf, rowsOf, sizesOf } from './input.ts';

export function programmingFindings(input: FindingInput): Finding[] {
  return [...statement(input, 'program-cold'), ...statement(input, 'program-add')];
}

const subjects = {
  'program-cold': (services: string) => `Programming ${services} into an empty node takes`,
  'program-add': (services: string) => `Adding one Service to a node that has ${services} takes`,
} as const;

function statement(input: FindingInput, measure: 'program-cold' | 'program-add'): Finding[] {
  const rows = timedRows(input, measure);
  const largest = sizesOf(rows, () => true).at(-1);
  if (largest === undefined) return [];
  const here = rows.filter((row) => row.point.services === largest).sort((a, b) => time(a) - time(b));
  const times = here.flatMap((row) =>
    row.figures.totalNs === undefined ? [] : [`${formatFigure(row.figures.totalNs)} with ${nameOf(input, row.arm)}`],
  );
  return [
    {
      topic: 'programming',
      state: 'shown',
      text: `${subjects[measure](describeServices(largest))} ${joinWords(times)}.`,
      detail: [growth(input, rows, here, largest), weakness(here)].filter((part) => part !== '').join(' '),
    },
  ];
}

/** How the time changes between the smallest size of some substance and the largest. */
function growth(
  input: FindingInput,
  rows: readonly MeasureRow[],
  here: readonly MeasureRow[],
  largest: number,
): string {
  // One Service says nothing about growth: fixed costs hide everything else.
  const from = sizesOf(rows, ({ services }) => services >= 10 && services < largest)[0];
  if (from === undefined) return '';
  const factors = here.flatMap((row) => {
    const before = rows.find((other) => other.arm === row.arm && other.point.services === from);
    return before === undefined ? [] : [`×${formatFixed(time(row) / time(before), 1)} with ${nameOf(input, row.arm)}`];
  });
  if (factors.length === 0) return '';
  return `From ${formatCount(from)} to ${formatCount(largest)} Services (×${formatFixed(largest / from, 1)}) the time changes by ${joinWords(factors)}.`;
}

function weakness(here: readonly MeasureRow[]): string {
  const weak = here.some(({ figures }) => figures.totalNs !== undefined && !isConfident(figures.totalNs));
  return weak ? 'Where there are fewer than 6 slices, the brackets hold their range, not a 95 % interval.' : '';
}

function timedRows(input: FindingInput, measure: Measure): MeasureRow[] {
  const arms = new Set(
    representatives(input.figures.arms)
      .filter(isServiceArm)
      .map((arm) => arm.id),
  );
  return rowsOf(input, measure).filter((row) => arms.has(row.arm) && time(row) > 0);
}

function time(row: MeasureRow): number {
  return row.figures.totalNs?.estimate ?? 0;
}
