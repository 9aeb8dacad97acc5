/** What is not in the figures, and why: void slices and what was left out. */
import { armLabel } from '../arms.ts';
import { formatCount } from '../format.ts';
import { measureInfo } from '../measures.ts';
import type { KernelSummary } from '../summary.ts';
import type { CellView, TableView } from './view.ts';

const text = (value: string): CellView => ({ kind: 'text', value });

export function voidTable(summary: KernelSummary): TableView | undefined {
  if (summary.voids.length === 0) return undefined;
  const { slices } = summary;
  return {
    id: `${summary.kernel}-table-void`,
    caption: 'Void slices',
    rowHead: 'Arm',
    columns: ['measure', 'slices', 'reason', 'the first of them'],
    groups: [
      {
        rows: summary.voids.map(({ measure, arm, code, slices: count, example }) => {
          const known = summary.arms.find(({ id }) => id === arm);
          return {
            label: known === undefined ? arm : armLabel(known),
            arm,
            cells: [text(measureInfo[measure].title), text(formatCount(count)), text(code), text(example)],
          };
        }),
      },
    ],
    note: `${formatCount(slices.void)} of ${formatCount(slices.valid + slices.void)} slices are void; they enter no figure.`,
  };
}

export function omissionTable(summary: KernelSummary): TableView | undefined {
  if (summary.omissions.length === 0) return undefined;
  return {
    id: `${summary.kernel}-table-omitted`,
    caption: 'Left out',
    rowHead: 'What',
    columns: ['why', 'remedy'],
    groups: [
      {
        rows: summary.omissions.map(({ what, reason, remedy }) => ({
          label: what,
          cells: [text(reason), remedy === undefined ? { kind: 'empty', reason: 'none' } : text(remedy)],
        })),
      },
    ],
    note: 'Asked for, and not in the results of this kernel.',
  };
}
