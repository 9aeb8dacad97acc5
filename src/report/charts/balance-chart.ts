/** What the split means for clients: median and 99th percentile for each arm, over equal and unequal backends. */
import { armLabel } from '../arms.ts';
import type { KernelSummary } from '../summary.ts';
import { commonScale, countNote, intervalNote } from '../tables/figure-cells.ts';
import { kernelTitle } from '../words.ts';
import type { Chart } from './chart.ts';
import { armColor, chartWidth, panelGap, themed } from './theme.ts';

const panels = { even: 'equal backends', uneven: 'unequal backends' } as const;
const percentiles = ['p50Ns', 'p99Ns'] as const;

export function balanceChart(summary: KernelSummary): Chart | undefined {
  const rows = summary.tables.find((table) => table.measure === 'balance')?.rows ?? [];
  const arms = summary.arms.filter((arm) => arm.control !== true && rows.some((row) => row.arm === arm.id));
  const shown = rows.filter((row) => arms.some((arm) => arm.id === row.arm));
  const figures = shown.flatMap((row) => percentiles.map((metric) => row.figures[metric]));
  const { symbol, divisor } = commonScale(figures);
  const values = shown.flatMap((row) =>
    percentiles.flatMap((metric) => {
      const figure = row.figures[metric];
      const arm = arms.find(({ id }) => id === row.arm);
      if (figure === undefined || arm === undefined) return [];
      const [x, low, high] = [figure.estimate / divisor, figure.low / divisor, figure.high / divisor];
      return [{ arm: arm.id, name: armLabel(arm), panel: panels[row.point.backends ?? 'even'], metric, x, low, high }];
    }),
  );
  if (values.length === 0) return undefined;
  const present = Object.values(panels).filter((panel) => values.some((value) => value.panel === panel));
  const y = {
    field: 'name',
    type: 'nominal',
    sort: arms.map(armLabel),
    title: null,
    axis: { labelFontSize: 12, grid: true, labelLimit: 200 },
  } as const;
  const color = {
    field: 'arm',
    type: 'nominal',
    legend: null,
    scale: { domain: arms.map(({ id }) => id), range: arms.map(armColor) },
  } as const;
  const axis = { grid: true, tickCount: 5, format: ',~r' } as const;
  return {
    id: `chart-${summary.kernel}-balance`,
    title: 'Latency that results from the balance',
    subtitle: `${symbol}, from zero · ${kernelTitle(summary)} · ${countNote(figures)}`,
    description: 'Median and 99th percentile of each arm with 95 % intervals. The numbers are in the table below.',
    spec: themed({
      data: { values },
      facet: { column: { field: 'panel', type: 'nominal', sort: present } },
      spacing: panelGap,
      spec: {
        width: (chartWidth - 110 - panelGap * (present.length - 1)) / present.length,
        height: { step: 22 },
        layer: [
          {
            mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.45 },
            encoding: {
              x: { field: 'low', type: 'quantitative', title: symbol, scale: { zero: true }, axis },
              x2: { field: 'high' },
              y,
              color,
            },
          },
          {
            transform: [{ filter: "datum.metric === 'p50Ns'" }],
            mark: { type: 'point', filled: false, size: 55, strokeWidth: 2, opacity: 1 },
            encoding: { x: { field: 'x', type: 'quantitative' }, y, color },
          },
          {
            transform: [{ filter: "datum.metric === 'p99Ns'" }],
            mark: { type: 'point', filled: true, size: 70, opacity: 1 },
            encoding: { x: { field: 'x', type: 'quantitative' }, y, color },
          },
        ],
      },
    }),
    legend: [],
    legendNotes: ['hollow: p50', 'filled: p99', `bar: ${intervalNote(figures)}`],
  };
}
