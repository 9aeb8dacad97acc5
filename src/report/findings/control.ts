/** Whether the lab can be trusted: an arm against its own twin must show no difference. */
import { isConfident } from '../../stats/figure.ts';
import { formatPercentChange, joinWords } from '../format.ts';
import { figureName } from '../measures.ts';
import type { ControlRow, Finding } from '../summary.ts';
import { type FindingInput, nameOf } from './input.ts';

export function controlFindings(input: FindingInput): Finding[] {
  const { controls } = input.figures;
  const judged = controls.filter(({ ratio }) => isConfident(ratio));
  if (judged.length === 0) return [];
  const off = controls.filter((row) => !row.agrees);
  const arm = nameOf(input, judged[0]?.arm ?? '');
  const floor = joinWords(judged.map((row) => `${figureName(row.measure, row.metric)} ±${percent(noise(row))}`));
  return [
    {
      topic: 'control',
      state: off.length === 0 ? 'shown' : 'undecided',
      text:
        off.length === 0
          ? `The control agrees: ${arm} measured against itself shows no difference.`
          : `The control does not agree: ${arm} measured against itself differs in ${joinWords(off.map((row) => `${figureName(row.measure, row.metric)} by ${formatPercentChange(row.ratio.estimate)}`))}. Do not trust differences of that size.`,
      detail: `Differences smaller than these are noise: ${floor}.`,
    },
  ];
}

/** The farther end of the interval from 1. */
function noise({ ratio }: ControlRow): number {
  return Math.max(ratio.high, 1 / ratio.low) - 1;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
