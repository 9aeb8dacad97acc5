/** Which algorithm spreads connections best, over equal and over unequal backends. */
import { isConfident } from '../../stats/figure.ts';
import { formatFixed, formatValue, joinWords } from '../format.ts';
import { differs, ratioOf } from '../kernel-data.ts';
import type { Finding, MeasureRow } from '../summary.ts';
import { type FindingInput, nameOf, rowsOf } from './input.ts';

/** A split is called even from this Jain index on. */
const evenJain = 0.99;

export function balanceFindings(input: FindingInput): Finding[] {
  const arms = new Set(
    input.figures.arms.filter((arm) => arm.control !== true && arm.mode !== 'direct').map((arm) => arm.id),
  );
  const rows = rowsOf(input, 'balance').filter((row) => arms.has(row.arm));
  return (['even', 'uneven'] as const).flatMap((backends) => {
    const here = rows.filter((row) => row.point.backends === backends && row.figures.p99Ns !== undefined);
    return here.length < 2 ? [] : [findingFor(input, backends, here)];
  });
}

function findingFor(input: FindingInput, backends: 'even' | 'uneven', rows: readonly MeasureRow[]): Finding {
  const [best, ...others] = rows.toSorted((a, b) => tail(a) - tail(b)) as [MeasureRow, ...MeasureRow[]];
  const worst = others.at(-1) ?? best;
  const ratios = others.map((row) => ({ row, ratio: ratioOf(cellOf(input, row), cellOf(input, best), 'p99Ns') }));
  const level = ratios.filter(({ ratio }) => ratio === undefined || !differs(ratio)).map(({ row }) => row);
  const decided = ratios.some(({ ratio }) => ratio !== undefined && isConfident(ratio));
  const name = (row: MeasureRow): string => nameOf(input, row.arm);
  const subject = backends === 'even' ? 'Over equal backends' : 'Over backends of unequal speed';
  return {
    topic: 'balance',
    state: decided ? 'shown' : 'undecided',
    text: decided
      ? `${subject} ${name(best)} has the lowest p99 (${formatValue(tail(best), 'ns')})${level.length === 0 ? '' : `, level with ${joinWords(level.map(name))}`}; the highest is that of ${name(worst)} (${formatValue(tail(worst), 'ns')}).`
      : `${subject} there are too few slices (${best.slices.valid}) to name the best algorithm; the lowest p99 seen is that of ${name(best)} (${formatValue(tail(best), 'ns')}).`,
    detail: backends === 'even' ? evenness(input, rows) : sparing(input, rows),
  };
}

/** Who gives every backend the same number of connections, and how far off the others are. */
function evenness(input: FindingInput, rows: readonly MeasureRow[]): string {
  const judged = rows.flatMap((row) => (row.balance === undefined ? [] : [{ row, jain: row.balance.jain.estimate }]));
  if (judged.length === 0) return '';
  const uneven = judged.filter(({ jain }) => jain < evenJain).sort((a, b) => a.jain - b.jain);
  const listed = uneven.map(({ row, jain }) => `${nameOf(input, row.arm)} (${formatFixed(jain, 3)})`);
  if (uneven.length === 0)
    return `Every arm gives all backends about equally many connections (Jain index ${evenJain} or more).`;
  if (uneven.length === judged.length)
    return `No arm gives all backends equally many connections; Jain index: ${joinWords(listed)}.`;
  return `All arms give the backends about equally many connections (Jain index ${evenJain} or more), except ${joinWords(listed)}.`;
}

/** How far each arm spares the backend that it uses least. */
function sparing(input: FindingInput, rows: readonly MeasureRow[]): string {
  const byShare = new Map<string, string[]>();
  for (const row of rows.toSorted((a, b) => leastShare(a) - leastShare(b))) {
    if (row.balance === undefined) continue;
    const share = `${formatFixed(leastShare(row) * 100, 0)} %`;
    byShare.set(share, [...(byShare.get(share) ?? []), nameOf(input, row.arm)]);
  }
  const parts = [...byShare].map(([share, names]) => `${share} with ${joinWords(names)}`);
  return parts.length === 0 ? '' : `The backend used least gets, of all connections, ${parts.join('; ')}.`;
}

function leastShare(row: MeasureRow): number {
  return Math.min(...(row.balance?.shares ?? [1]));
}

function tail(row: MeasureRow): number {
  return row.figures.p99Ns?.estimate ?? Number.POSITIVE_INFINITY;
}

function cellOf(input: FindingInput, row: MeasureRow): ReturnType<FindingInput['data']['cell']> {
  return input.data.cell('balance', row.arm, row.point);
}
