/** The tables of one kernel: for each measure the arms against the points of its sweep. */
import type { Measure, Point } from '../../lab/records.ts';
import { armLabel } from '../arms.ts';
import { formatCount, formatFixed, type Scale } from '../format.ts';
import { groupBy } from '../group.ts';
import { latencyMetrics, type Metric, measureInfo, metrics } from '../measures.ts';
import { atPosition, describeLoop, describePosition, describeServices, positionsOf } from '../points.ts';
import type { KernelSummary, MeasureRow, MeasureTable } from '../summary.ts';
import { type ColumnFigures, commonScale, countNote, figureCell, largestOf, missingReason } from './figure-cells.ts';
import type { CellView, GroupView, TableView } from './view.ts';

/** All tables of a measure; none when it was not taken. */
export function tablesOf(summary: KernelSummary, measure: Measure): TableView[] {
  const table = summary.tables.find((candidate) => candidate.measure === measure);
  if (table === undefined) return [];
  switch (measure) {
    case 'new-flow':
    case 'established':
      return [sweepTable(summary, table, 'nsPerPacket', positionGroups(table.rows))];
    case 'program-cold':
    case 'program-add':
      return [sweepTable(summary, table, 'totalNs', [[undefined, table.rows]]), effortTable(summary, table)];
    case 'crr':
    case 'rr':
    case 'udp':
      return [
        ...loopTable(summary, table, 'open', latencyMetrics),
        ...loopTable(summary, table, 'closed', ['ratePerSec', 'p50Ns', 'p99Ns']),
      ];
    case 'balance':
      return [
        metricTable(summary, table, latencyMetrics, balanceGroup, {
          id: 'balance',
          caption: 'Latency that results from the balance',
        }),
        splitTable(summary, table),
      ];
  }
}

const balanceGroup = ({ backends }: Point): string => (backends === 'uneven' ? 'unequal backends' : 'equal backends');

/** Exchanges in one kind of loop: what clients wait for at a given rate, or how many exchanges are possible at all. */
function loopTable(
  summary: KernelSummary,
  table: MeasureTable,
  loop: 'open' | 'closed',
  columns: readonly Metric[],
): TableView[] {
  const rows = table.rows.filter(({ point }) => (point.loop ?? 'closed') === loop);
  if (rows.length === 0) return [];
  const { title } = measureInfo[table.measure];
  return [
    metricTable(summary, { ...table, rows }, columns, exchangeGroup, {
      id: `${table.measure}-${loop}`,
      caption: loop === 'open' ? `${title}: latency at a given rate` : `${title}: as fast as answers come`,
    }),
  ];
}

function exchangeGroup(point: Point): string {
  const place = `${describeServices(point.services)}, ${describePosition(point.position)}`;
  const loop = point.loop === 'open' ? describeLoop(point) : undefined;
  return loop === undefined ? place : `${place}, ${loop}`;
}

type RowGroup = readonly [label: string | undefined, rows: readonly MeasureRow[]];

function positionGroups(rows: readonly MeasureRow[]): RowGroup[] {
  return positionsOf(rows).map((position) => [describePosition(position), atPosition(rows, position)]);
}

/** One figure over the Service counts: a column for each count, a group for what else tells points apart. */
function sweepTable(
  summary: KernelSummary,
  table: MeasureTable,
  metric: Metric,
  groupedRows: readonly RowGroup[],
): TableView {
  const sizes = [...new Set(table.rows.map((row) => row.point.services))].sort((a, b) => a - b);
  const figures = table.rows.map((row) => row.figures[metric]);
  const scale = commonScale(figures);
  const groups = groupedRows.map(([label, rows]): GroupView => {
    const largest = largestOf(rows.map((row) => row.figures[metric]));
    return {
      ...(label === undefined ? {} : { label }),
      rows: armsIn(summary, rows).map((arm) => ({
        label: armLabel(arm),
        arm: arm.id,
        cells: sizes.map((services) => {
          const row = rows.find((candidate) => candidate.arm === arm.id && candidate.point.services === services);
          return figureCell(row?.figures[metric], scale, largest, missingReason(row), row?.overDirect);
        }),
      })),
    };
  });
  const { title } = measureInfo[table.measure];
  return {
    id: `${summary.kernel}-table-${table.measure}`,
    caption: `${title}, ${scale.symbol}${metrics[metric].unit === 'ns/packet' ? ' per packet' : ''}`,
    rowHead: 'Services',
    columns: sizes.map(formatCount),
    groups,
    note: `${countNote(figures)}${table.rows.some((row) => row.overDirect !== undefined) ? '; × is the multiple of the direct path, paired by round' : ''}.`,
  };
}

/** Several figures at the same point: a column for each figure, a group for each point. */
function metricTable(
  summary: KernelSummary,
  table: MeasureTable,
  columns: readonly Metric[],
  groupLabel: (point: Point) => string,
  names: { readonly id: string; readonly caption: string },
): TableView {
  const scales = new Map(columns.map((metric) => [metric, commonScale(table.rows.map((row) => row.figures[metric]))]));
  const groups = [...groupBy(table.rows, ({ point }) => groupLabel(point))].map(([label, rows]): GroupView => {
    const cellsOf = (row: MeasureRow): CellView[] =>
      columns.map((metric) => {
        const largest = largestOf(rows.map((other) => other.figures[metric]));
        const scale = scales.get(metric) ?? commonScale([]);
        return figureCell(
          row.figures[metric],
          scale,
          largest,
          missingReason(row),
          metric === 'p50Ns' ? row.overDirect : undefined,
        );
      });
    return {
      ...(label === undefined ? {} : { label }),
      rows: armsIn(summary, rows).flatMap((arm) => {
        const row = rows.find((candidate) => candidate.arm === arm.id);
        if (row === undefined) return [];
        return [{ label: armLabel(arm), arm: arm.id, cells: cellsOf(row) }];
      }),
    };
  });
  const figures = table.rows.flatMap((row) => columns.map((metric) => row.figures[metric]));
  return {
    id: `${summary.kernel}-table-${names.id}`,
    caption: names.caption,
    rowHead: 'Arm',
    columns: columns.map((metric) => columnHead(metric, scales.get(metric))),
    groups,
    note: `${countNote(figures)}${table.rows.some((row) => row.overDirect !== undefined) ? '; × is the multiple of the direct path, paired by round' : ''}.`,
  };
}

/** Who got how many connections, and how that compares with equal shares. */
function splitTable(summary: KernelSummary, table: MeasureTable): TableView {
  return {
    id: `${summary.kernel}-table-split`,
    caption: 'Split over the backends',
    rowHead: 'Arm',
    columns: ['share of each backend, %', 'connections', 'Jain index', 'χ² p'],
    groups: [...groupBy(table.rows, ({ point }) => balanceGroup(point))].map(([label, rows]) => ({
      label,
      rows: armsIn(summary, rows).flatMap((arm) =>
        rows
          .filter((row) => row.arm === arm.id)
          .map((row) => ({ label: armLabel(arm), arm: arm.id, cells: splitCells(row) })),
      ),
    })),
    note: 'Jain index: 1 when every backend got equally many. χ² p: chance of a split at least this uneven when each connection picks its backend at random; near 1, more even than chance.',
  };
}

function splitCells(row: MeasureRow): CellView[] {
  if (row.balance === undefined)
    return Array.from({ length: 4 }, () => ({ kind: 'empty', reason: missingReason(row) }));
  const { requests, shares, jain, chiSquare } = row.balance;
  const p = chiSquare.pValue;
  return [
    { kind: 'text', value: shares.map((share) => formatFixed(share * 100, 1)).join(' · ') },
    { kind: 'text', value: formatCount(requests.reduce((sum, count) => sum + count, 0)) },
    figureCell(jain, { symbol: '', divisor: 1, decimals: 4 }, 0, ''),
    { kind: 'text', value: p < 0.0001 ? '< 0.0001' : p.toFixed(4) },
  ];
}

/** What programming the most Services consists of. */
function effortTable(summary: KernelSummary, table: MeasureTable): TableView {
  const services = Math.max(...table.rows.map((row) => row.point.services));
  const rows = table.rows.filter((row) => row.point.services === services);
  const columns = ['encodeNs', 'kernelNs', 'bytes', 'operations'] as const;
  const byColumn = columns.map((metric): ColumnFigures => rows.map((row) => row.figures[metric]));
  const scales = byColumn.map(commonScale);
  const cellsOf = (row: MeasureRow): CellView[] =>
    columns.map((metric, place) =>
      figureCell(
        row.figures[metric],
        scales[place] ?? commonScale([]),
        largestOf(byColumn[place] ?? []),
        missingReason(row),
      ),
    );
  return {
    id: `${summary.kernel}-table-${table.measure}-effort`,
    caption: `${measureInfo[table.measure].title}: what it consists of, at ${describeServices(services)}`,
    rowHead: 'Arm',
    columns: columns.map((metric, place) => columnHead(metric, scales[place])),
    groups: [
      {
        rows: armsIn(summary, rows).flatMap((arm) =>
          rows
            .filter((row) => row.arm === arm.id)
            .map((row) => ({ label: armLabel(arm), arm: arm.id, cells: cellsOf(row) })),
        ),
      },
    ],
    note: `${countNote(byColumn.flat())}.`,
  };
}

function columnHead(metric: Metric, scale: Scale | undefined): string {
  const { label } = metrics[metric];
  return scale === undefined || scale.symbol === '' ? label : `${label}, ${scale.symbol}`;
}

function armsIn(summary: KernelSummary, rows: readonly MeasureRow[]): KernelSummary['arms'] {
  return summary.arms.filter((arm) => rows.some((row) => row.arm === arm.id));
}
