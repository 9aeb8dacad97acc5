/** Tables of a report as HTML: a scope for every head, numbers aligned, a bar behind each to compare at a glance. */
import type { Arm } from '../../lab/records.ts';
import { armStyle } from '../charts/theme.ts';
import type { CellView, GroupView, RowView, TableView } from '../tables/view.ts';
import { html, type Markup } from './markup.ts';

/** @param arms gives rows of an arm their colour */
export function table(view: TableView, arms: readonly Arm[]): Markup {
  const { id, caption, rowHead, columns, groups, note } = view;
  return html`<div class="table" id="${id}" style="--digits:${longestValue(groups)}"><div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">${rowHead}</th>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
${groups.map((group) => groupBody(group, columns.length, arms))}
</table></div><p class="note">${note}</p></div>`;
}

function groupBody({ label, rows }: GroupView, columns: number, arms: readonly Arm[]): Markup {
  const head =
    label === undefined
      ? undefined
      : html`<tr class="group"><th scope="rowgroup" colspan="${columns + 1}">${label}</th></tr>\n`;
  return html`<tbody>${head}${rows.map((row) => tableRow(row, arms))}</tbody>\n`;
}

function tableRow({ label, arm: id, cells }: RowView, arms: readonly Arm[]): Markup {
  const arm = arms.find((candidate) => candidate.id === id);
  const color = arm === undefined ? undefined : html` style="--arm:var(${armStyle(arm).variable})"`;
  const dot = arm === undefined ? undefined : html`<i class="dot"></i>`;
  return html`<tr${color}><th scope="row">${dot}${label}</th>${cells.map(tableCell)}</tr>\n`;
}

function tableCell(cell: CellView): Markup {
  switch (cell.kind) {
    case 'figure': {
      const { value, interval, n, weak, overDirect, bar } = cell;
      const part = bar.toFixed(3);
      const title = `n = ${n}${weak ? '; range, not a 95 % interval' : ''}`;
      const over = overDirect === undefined ? undefined : html`<small class="over">${overDirect}</small>`;
      return html`<td class="figure" style="--part:${part}" title="${title}"><b>${value}${weak ? '†' : undefined}</b><small>${interval}</small>${over}</td>`;
    }
    case 'text':
      return html`<td>${cell.value}</td>`;
    case 'empty':
      return html`<td class="empty">– <small>${cell.reason}</small></td>`;
  }
}

/** Characters of the longest number: all numbers get so much room, so that their points stand under each other. */
function longestValue(groups: readonly GroupView[]): number {
  const values = groups.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells));
  return Math.max(1, ...values.map((cell) => (cell.kind === 'figure' ? cell.value.length : 0)));
}
