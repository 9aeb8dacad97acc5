/** The cheapest mode for a new flow at each Service count. */

import { representatives } from '../../lab/arms.ts';
import type { Point } from '../../lab/records.ts';
import { isServiceArm } from '../arms.ts';
import { formatCount, formatValue, joinWords } from '../format.ts';
import { ratioOf, verdictOf } from '../kernel-data.ts';
import { atPosition, describePosition, positionsOf } from '../points.ts';
import type { Finding, MeasureRow } from '../summary.ts';
import { type FindingInput, nameOf, rowsOf, sizesOf } from './input.ts';

/** The winner at one size, and those that cannot be told from it. */
interface Winner {
  readonly services: number;
  readonly best: MeasureRow;
  readonly level: readonly string[];
  /** Those that there are too few slices to tell from it. */
  readonly unknown: readonly string[];
}

export function cheapestFindings(input: FindingInput): Finding[] {
  const rivals = new Set(
    representatives(input.figures.arms)
      .filter(isServiceArm)
      .map((arm) => arm.id),
  );
  const rows = rowsOf(input, 'new-flow').filter((row) => rivals.has(row.arm) && row.figures.nsPerPacket !== undefined);
  const measured = positionsOf(rows);
  const position = measured.includes('middle') ? 'middle' : (measured.at(-1) ?? 'first');
  const here = atPosition(rows, position);
  const winners = sizesOf(here, () => true).flatMap((services) => winnerAt(input, here, services));
  if (winners.length === 0 || new Set(here.map((row) => row.arm)).size < 2) return [];
  const parts = runsOf(winners).map((run) => phrase(input, run));
  return [
    {
      topic: 'cheapest',
      state: winners.every(({ unknown }) => unknown.length === 0) ? 'shown' : 'undecided',
      text: `Cheapest for a new flow, by number of Services: ${parts.join('; ')}.`,
      detail: `One arm stands for each mode; flows to the ${describePosition(position)}.${winners.some(({ level }) => level.length > 0) ? ' "Level": the 95 % interval of the paired ratio holds 1.' : ''}`,
    },
  ];
}

function winnerAt(input: FindingInput, rows: readonly MeasureRow[], services: number): Winner[] {
  const here = rows.filter((row) => row.point.services === services).sort((a, b) => cost(a) - cost(b));
  const [best, ...others] = here;
  if (best === undefined) return [];
  const judged = others.map((row) => ({
    arm: row.arm,
    verdict: verdictOf(ratioOf(cellOf(input, row), cellOf(input, best), 'nsPerPacket')),
  }));
  const armsThat = (verdict: 'level' | 'unknown'): string[] =>
    judged.filter((other) => other.verdict === verdict).map(({ arm }) => arm);
  return [{ services, best, level: armsThat('level'), unknown: armsThat('unknown') }];
}

/** Neighbouring sizes with the same winner and the same rivals level with it, told together. */
function runsOf(winners: readonly Winner[]): (readonly [Winner, ...Winner[]])[] {
  const runs: [Winner, ...Winner[]][] = [];
  for (const winner of winners) {
    const run = runs.at(-1);
    if (
      run?.[0].best.arm === winner.best.arm &&
      run[0].level.join() === winner.level.join() &&
      run[0].unknown.join() === winner.unknown.join()
    )
      run.push(winner);
    else runs.push([winner]);
  }
  return runs;
}

function phrase(input: FindingInput, run: readonly [Winner, ...Winner[]]): string {
  const [first] = run;
  const last = run.at(-1) ?? first;
  const sizes =
    run.length === 1
      ? `at ${formatCount(first.services)}`
      : `from ${formatCount(first.services)} to ${formatCount(last.services)}`;
  const values = [...new Set([first, last].map(({ best }) => formatValue(cost(best), 'ns/packet')))];
  const names = (arms: readonly string[]): string => joinWords(arms.map((arm) => nameOf(input, arm)));
  const level = first.level.length === 0 ? '' : `, level with ${names(first.level)}`;
  const unknown = first.unknown.length === 0 ? '' : `, too few slices to tell from ${names(first.unknown)}`;
  return `${sizes} ${nameOf(input, first.best.arm)} (${values.join(' to ')}${level}${unknown})`;
}

function cost(row: MeasureRow): number {
  return row.figures.nsPerPacket?.estimate ?? Number.POSITIVE_INFINITY;
}

function cellOf(input: FindingInput, row: MeasureRow): ReturnType<FindingInput['data']['cell']> {
  const point: Point = row.point;
  return input.data.cell('new-flow', row.arm, point);
}
