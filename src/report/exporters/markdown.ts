/** `report.md`: findings, tables and what was left out, for a terminal, a pull request or a job summary. */
import { measures } from '../../lab/records.ts';
import type { Exporter } from '../exporter.ts';
import { measureInfo } from '../measures.ts';
import type { Finding, KernelSummary, SchedulingSummary, Summary } from '../summary.ts';
import { controlTable, crossoverTable } from '../tables/comparison-tables.ts';
import { tablesOf } from '../tables/measure-tables.ts';
import { omissionTable, voidTable } from '../tables/remainder-tables.ts';
import { placementTable, throughputTable } from '../tables/scheduling-table.ts';
import type { CellView, GroupView, TableView } from '../tables/view.ts';
import {
  kernelTitle,
  methodNotes,
  reportTitle,
  reproduceCommand,
  reproduceNote,
  runFacts,
  schedulingExplanation,
  schedulingTitle,
  statusNotes,
} from '../words.ts';

export const markdownExporter: Exporter = {
  name: 'md',
  files: ({ summary }) => [
    {
      name: 'report.md',
      content: async function* () {
        yield blocksOf(summary).join('\n\n');
        yield '\n';
      },
    },
  ],
};

function blocksOf(summary: Summary): string[] {
  return [
    `# ${reportTitle(summary)}: ${plain(summary.run.id)}`,
    ...statusNotes(summary).map((note) => `> **${plain(note)}**`),
    '## Findings',
    ...summary.kernels.flatMap((kernel) => [`### ${plain(kernelTitle(kernel))}`, findings(kernel.findings)]),
    ...(summary.scheduling === undefined ? [] : [`### ${schedulingTitle}`, findings(summary.scheduling.findings)]),
    ...summary.kernels.flatMap(kernelBlocks),
    ...(summary.scheduling === undefined ? [] : schedulingBlocks(summary.scheduling)),
    '## Method in short',
    ...methodNotes(summary).map(plain),
    '## Run',
    facts([
      ...runFacts(summary),
      ...Object.entries(summary.run.machine).map(([key, value]) => [key, String(value)] as const),
    ]),
    '## Run it again',
    `\`\`\`sh\n${reproduceCommand(summary)}\n\`\`\``,
    plain(reproduceNote),
  ];
}

function findings(list: readonly Finding[]): string {
  if (list.length === 0) return 'Nothing was measured that allows a statement.';
  return list
    .map(({ text, detail, state }) => {
      const mark = state === 'undecided' ? '*(undecided)* ' : '';
      return `- ${mark}**${plain(text)}**${detail === '' ? '' : ` ${plain(detail)}`}`;
    })
    .join('\n');
}

function kernelBlocks(kernel: KernelSummary): string[] {
  const comparison = crossoverTable(kernel);
  const rest = [controlTable(kernel), voidTable(kernel), omissionTable(kernel)].filter((table) => table !== undefined);
  return [
    `## ${plain(kernelTitle(kernel))}`,
    ...measures.flatMap((measure) => {
      const tables = [...tablesOf(kernel, measure), ...(measure === 'new-flow' && comparison ? [comparison] : [])];
      return tables.length === 0 ? [] : [plain(measureInfo[measure].explanation), ...tables.flatMap(tableBlocks)];
    }),
    ...rest.flatMap(tableBlocks),
    '### What the figures depend on',
    facts(Object.entries(kernel.fingerprint).map(([key, value]) => [key, String(value)] as const)),
  ];
}

function schedulingBlocks(scheduling: SchedulingSummary): string[] {
  const tables = [throughputTable(scheduling), placementTable(scheduling)];
  return [`## ${schedulingTitle}`, plain(schedulingExplanation), ...tables.flatMap(tableBlocks)];
}

function tableBlocks(table: TableView): string[] {
  return [
    `### ${plain(table.caption)}`,
    ...table.groups.flatMap((group) => groupBlocks(table, group)),
    `*${plain(table.note)}*`,
  ];
}

function groupBlocks(table: TableView, { label, rows }: GroupView): string[] {
  const numeric = rows.some((row) => row.cells.some((cell) => cell.kind === 'figure'));
  const lines = [
    line([table.rowHead, ...table.columns]),
    line(['---', ...table.columns.map(() => (numeric ? '---:' : '---'))]),
    ...rows.map((row) => line([row.label, ...row.cells.map(cellText)])),
  ];
  return label === undefined ? [lines.join('\n')] : [`**${plain(label)}**`, lines.join('\n')];
}

function cellText(cell: CellView): string {
  switch (cell.kind) {
    case 'figure': {
      const over = cell.overDirect === undefined ? '' : ` ${cell.overDirect}`;
      return `${cell.value}${cell.weak ? '†' : ''} (${cell.interval})${over}`;
    }
    case 'text':
      return cell.value;
    case 'empty':
      return `– (${cell.reason})`;
  }
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => plain(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}

function facts(list: readonly (readonly [string, string])[]): string {
  return list.map(([label, value]) => `- ${plain(label)}: ${plain(value)}`).join('\n');
}

/** Text from a run may hold anything; it must not become markup or more lines. */
function plain(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/([`*_[\]\\])/g, '\\$1');
}
