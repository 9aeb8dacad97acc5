/** What is not in the figures, and why: void slices and what was left out. */
import { type Measure, measures } from '../../lab/records.ts';
import { armLabel } from '../arms.ts';
import { formatCount } from '../format.ts';
import { groupBy } from '../group.ts';
import { measureInfo } from '../measures.ts';
import type { KernelSummary, Omission } from '../summary.ts';
import type { CellView, RowView, TableView } from './view.ts';

const text = (value: string): CellView => ({ kind: 'text', value });

export function voidTable(summary: KernelSummary): TableView | undefined {
  if (summary.voids.length === 0) return undefined;
  const { slices } = summary;
  return {
    id: `${summary.kernel}-table-void`,
    caption: 'Void slices',
    rowHead: 'Measure',
    columns: ['slices', 'reason', 'arms', 'the first of them'],
    groups: [{ rows: measures.flatMap((measure) => voidRows(summary, measure)) }],
    note: `${formatCount(slices.void)} of ${formatCount(slices.valid + slices.void)} slices are void; they enter no figure.`,
  };
}

/** One row for each reason: which arms it struck, and how often. */
function voidRows({ arms, voids }: KernelSummary, measure: Measure): RowView[] {
  const nameOf = (id: string): string => {
    const arm = arms.find((candidate) => candidate.id === id);
    return arm === undefined ? id : armLabel(arm);
  };
  const byCode = groupBy(
    voids.filter((group) => group.measure === measure),
    ({ code }) => code,
  );
  return [...byCode].map(([code, groups]) => ({
    label: measureInfo[measure].title,
    cells: [
      text(formatCount(groups.reduce((sum, { slices }) => sum + slices, 0))),
      text(code),
      text(groups.map(({ arm, slices }) => `${nameOf(arm)} ${slices}`).join(', ')),
      text(groups[0]?.example ?? ''),
    ],
  }));
}

export function omissionTable(summary: KernelSummary): TableView | undefined {
  if (summary.omissions.length === 0) return undefined;
  return {
    id: `${summary.kernel}-table-omitted`,
    caption: 'Left out',
    rowHead: 'What',
    columns: ['why', 'remedy'],
    groups: [{ rows: omissionRows(summary.omissions) }],
    note: 'Asked for, and not in the results of this kernel.',
  };
}

/** What was left out for the same reason stands together. */
function omissionRows(omissions: readonly Omission[]): RowView[] {
  const alike = groupBy(omissions, ({ reason, remedy }) => JSON.stringify([reason, remedy]));
  return [...alike.values()].map((group) => ({
    label: group.map(({ what }) => what).join(', '),
    cells: [text(group[0]?.reason ?? ''), remedyCell(group[0]?.remedy)],
  }));
}

function remedyCell(remedy: string | undefined): CellView {
  return remedy === undefined ? { kind: 'empty', reason: 'none' } : text(remedy);
}
