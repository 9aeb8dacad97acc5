/** Tables that compare arms: who overtakes whom, and how well the controls agree. */
import { isConfident } from '../../stats/figure.ts';
import { armLabel } from '../arms.ts';
import { crossoverInShort } from '../crossover-words.ts';
import { formatCount, formatPercentChange } from '../format.ts';
import { measureInfo, metrics } from '../measures.ts';
import type { KernelSummary } from '../summary.ts';
import type { CellView, TableView } from './view.ts';

export function crossoverTable(summary: KernelSummary): TableView | undefined {
  if (summary.crossovers.length === 0) return undefined;
  const positions = (['first', 'middle', 'last'] as const).filter((position) =>
    summary.crossovers.some((row) => row.position === position),
  );
  const pairs = [...new Set(summary.crossovers.map((row) => `${row.challenger}\n${row.incumbent}`))];
  return {
    id: `${summary.kernel}-table-crossovers`,
    caption: 'From how many Services on the first is cheaper than the second, for a new flow',
    rowHead: 'Pair',
    columns: positions.map((position) => `${position} Service`),
    groups: [
      {
        rows: pairs.map((pair) => {
          const [challenger = '', incumbent = ''] = pair.split('\n');
          return {
            label: `${nameOf(summary, challenger)} against ${nameOf(summary, incumbent)}`,
            cells: positions.map((position): CellView => {
              const row = summary.crossovers.find(
                (candidate) =>
                  candidate.challenger === challenger &&
                  candidate.incumbent === incumbent &&
                  candidate.position === position,
              );
              return row === undefined
                ? { kind: 'empty', reason: 'not measured' }
                : { kind: 'text', value: crossoverInShort(row.crossover) };
            }),
          };
        }),
      },
    ],
    note: 'Costs are joined by straight lines between the Service counts measured; 95 % intervals by a bootstrap over slices.',
  };
}

export function controlTable(summary: KernelSummary): TableView | undefined {
  if (summary.controls.length === 0) return undefined;
  return {
    id: `${summary.kernel}-table-control`,
    caption: 'Noise floor: an arm against its own twin',
    rowHead: 'Measure',
    columns: ['figure', 'twins', 'difference', '95 % interval', 'pairs', 'verdict'],
    groups: [
      {
        rows: summary.controls.map(({ measure, metric, arm, control, ratio, agrees }) => ({
          label: measureInfo[measure].title,
          cells: [
            metrics[metric].label,
            `${nameOf(summary, control)} / ${nameOf(summary, arm)}`,
            formatPercentChange(ratio.estimate),
            isConfident(ratio)
              ? `${formatPercentChange(ratio.low)} to ${formatPercentChange(ratio.high)}`
              : 'too few pairs',
            formatCount(ratio.n),
            isConfident(ratio) ? (agrees ? 'agrees' : 'DIFFERS') : 'undecided',
          ].map((value): CellView => ({ kind: 'text', value })),
        })),
      },
    ],
    note: 'All points of a measure together, paired by round. The verdict allows for the number of rows (Bonferroni).',
  };
}

function nameOf(summary: KernelSummary, id: string): string {
  const arm = summary.arms.find((candidate) => candidate.id === id);
  return arm === undefined ? id : armLabel(arm);
}
