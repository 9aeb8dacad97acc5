/** What a Service costs a client: whole connections, and requests on kept ones, against the direct path. */

import { representatives } from '../../lab/arms.ts';
import { type Figure, isConfident } from '../../stats/figure.ts';
import { isServiceArm } from '../arms.ts';
import { busiest } from '../busiest.ts';
import { formatPercentChange, formatValue, joinWords } from '../format.ts';
import { verdictOf } from '../kernel-data.ts';
import { describeServices } from '../points.ts';
import type { Finding, MeasureRow } from '../summary.ts';
import { type FindingInput, nameOf, rowsOf } from './input.ts';

export function latencyFindings(input: FindingInput): Finding[] {
  const crr = busiest(rowsOf(input, 'crr'));
  const direct = crr.find((row) => input.figures.arms.some((arm) => arm.id === row.arm && arm.mode === 'direct'));
  const median = direct?.figures.p50Ns;
  const compared = comparable(input, crr);
  if (direct === undefined || median === undefined || compared.length === 0) return [];
  const kept = comparable(input, busiest(rowsOf(input, 'rr')));
  const place = direct.point.position === undefined ? 'a Service' : `the ${direct.point.position} Service`;
  return [
    {
      topic: 'latency',
      state: compared.some(({ ratio }) => isConfident(ratio)) ? 'shown' : 'undecided',
      text: `A new connection with one request (CRR) takes ${formatValue(median.estimate, 'ns')} directly (p50). With ${describeServices(direct.point.services)}, to ${place}: ${changes(input, compared)}.`,
      detail:
        kept.length === 0
          ? ''
          : `On kept connections (RR), where only the first packet meets the rules: ${changes(input, kept)}.`,
    },
  ];
}

interface Compared {
  readonly arm: string;
  readonly ratio: Figure;
}

function comparable(input: FindingInput, rows: readonly MeasureRow[]): Compared[] {
  const arms = new Set(
    representatives(input.figures.arms)
      .filter(isServiceArm)
      .map((arm) => arm.id),
  );
  return rows
    .flatMap(({ arm, overDirect }) => (overDirect !== undefined && arms.has(arm) ? [{ arm, ratio: overDirect }] : []))
    .sort((a, b) => a.ratio.estimate - b.ratio.estimate);
}

function changes(input: FindingInput, compared: readonly Compared[]): string {
  const unknown = compared.some(({ ratio }) => verdictOf(ratio) === 'unknown');
  const changed = joinWords(compared.map(({ arm, ratio }) => `${nameOf(input, arm)} ${change(ratio)}`));
  return unknown ? `${changed} ("perhaps": too few slices for an interval)` : changed;
}

function change(ratio: Figure): string {
  const interval = `[${formatPercentChange(ratio.low)} to ${formatPercentChange(ratio.high)}]`;
  switch (verdictOf(ratio)) {
    case 'differs':
      return `${formatPercentChange(ratio.estimate)} ${interval}`;
    case 'level':
      return `no evidence of a difference ${interval}`;
    case 'unknown':
      return `perhaps ${formatPercentChange(ratio.estimate)}`;
  }
}
