/** Which algorithm spreads connections best, over equal and over unequal backends. */
import { formatFixed, formatValue, joinWords } from '../format.ts';
import { ratioOf, verdictOf } from '../kernel-data.ts';
import { metrics } from '../measures.ts';
import type { Finding, MeasureRow } from '../summary.ts';
import { type FindingInput, nameOf, rowsOf } from './input.ts';

/** A split is called even from this Jain index on, and uneven only when chance explains it this badly. */
const evenJain = 0.99;
const unevenPValue = 0.001;

export function balanceFindings(input: FindingInput): Finding[] {
  const arms = new Set(
    input.figures.arms.filter((arm) => arm.control !== true && arm.mode !== 'direct').map((arm) => arm.id),
  );
  const rows = rowsOf(input, 'balance').filter((row) => arms.has(row.arm));
  return (['even', 'uneven'] as const).flatMap((backends) => {
    const here = rows.filter((row) => row.point.backends === backends && row.slices.valid > 0);
    const tail = tails.find((metric) => here.every((row) => row.figures[metric] !== undefined));
    return here.length < 2 || tail === undefined ? [] : [findingFor(input, backends, here, tail)];
  });
}

/** Arms are judged by the farthest of these that all of them have enough samples for. */
const tails = ['p99Ns', 'p90Ns', 'p50Ns'] as const;
type Tail = (typeof tails)[number];

function findingFor(
  input: FindingInput,
  backends: 'even' | 'uneven',
  rows: readonly MeasureRow[],
  tail: Tail,
): Finding {
  const latency = (row: MeasureRow): number => row.figures[tail]?.estimate ?? Number.POSITIVE_INFINITY;
  const [best, ...others] = rows.toSorted((a, b) => latency(a) - latency(b)) as [MeasureRow, ...MeasureRow[]];
  const worst = others.at(-1) ?? best;
  const verdicts = new Map(
    others.map((row) => [row, verdictOf(ratioOf(cellOf(input, row), cellOf(input, best), tail))]),
  );
  const names = (verdict: 'level' | 'unknown'): string =>
    joinWords(others.filter((row) => verdicts.get(row) === verdict).map((row) => nameOf(input, row.arm)));
  const [level, unknown] = [names('level'), names('unknown')];
  const subject = backends === 'even' ? 'Over equal backends' : 'Over backends of unequal speed';
  const told = (row: MeasureRow): string => `${nameOf(input, row.arm)} (${formatValue(latency(row), 'ns')})`;
  const decided = [...verdicts.values()].some((verdict) => verdict !== 'unknown');
  return {
    topic: 'balance',
    state: decided ? 'shown' : 'undecided',
    text: decided
      ? `${subject} the lowest ${metrics[tail].label} is that of ${told(best)}${level === '' ? '' : `, level with ${level}`}${unknown === '' ? '' : `, too few slices to tell from ${unknown}`}; the highest is that of ${told(worst)}.`
      : `${subject} there are too few slices to name the best algorithm; the lowest ${metrics[tail].label} seen is that of ${told(best)}, the highest that of ${told(worst)}.`,
    detail: backends === 'even' ? evenness(input, rows) : sparing(input, rows),
  };
}

/** Who gives every backend the same number of connections, and how far off the others are. */
function evenness(input: FindingInput, rows: readonly MeasureRow[]): string {
  const judged = rows.flatMap((row) => (row.balance === undefined ? [] : [{ row, ...row.balance }]));
  if (judged.length === 0) return '';
  const uneven = judged
    .filter(({ jain, chiSquare }) => jain.estimate < evenJain && chiSquare.pValue < unevenPValue)
    .sort((a, b) => a.jain.estimate - b.jain.estimate);
  const listed = joinWords(
    uneven.map(({ row, jain }) => `${nameOf(input, row.arm)} (${formatFixed(jain.estimate, 3)})`),
  );
  const even = `give all backends about equally many connections: Jain index ${evenJain} or more, or no more uneven than random picks are`;
  if (uneven.length === 0) return `All arms ${even}.`;
  if (uneven.length === judged.length)
    return `No arm gives all backends equally many connections; Jain index: ${listed}.`;
  return `All arms ${even}; except, by Jain index, ${listed}.`;
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

function cellOf(input: FindingInput, row: MeasureRow): ReturnType<FindingInput['data']['cell']> {
  return input.data.cell('balance', row.arm, row.point);
}
