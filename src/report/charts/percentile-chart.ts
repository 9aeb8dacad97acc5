/** Latency by percentile: the axis gives every further nine the same room, so that tails can be read. */
import { armLabel } from '../arms.ts';
import { busiest } from '../busiest.ts';
import { joinWords } from '../format.ts';
import { describeLoop, describePosition, describeServices } from '../points.ts';
import type { KernelSummary } from '../summary.ts';
import { commonScale, countNote } from '../tables/figure-cells.ts';
import { kernelTitle } from '../words.ts';
import type { Chart } from './chart.ts';
import { chartedArms } from './sweep-data.ts';
import { armScales, chartWidth, panelGap, themed } from './theme.ts';
import { logDomain, logTicks } from './ticks.ts';

const titles = { crr: 'CRR: a new connection for each request', rr: 'RR: kept connections', udp: 'UDP' } as const;
type Exchange = keyof typeof titles;

/** The lower half of the latencies says little and would take half of the room. */
const firstQuantile = 0.5;

export function percentileChart(summary: KernelSummary): Chart | undefined {
  const shown = (Object.keys(titles) as Exchange[]).flatMap((exchange) => {
    const rows = busiest(summary.tables.find((table) => table.measure === exchange)?.rows ?? []);
    return rows.map((row) => ({ exchange, row }));
  });
  const arms = chartedArms(
    summary,
    shown.map(({ row }) => row),
  );
  const drawn = shown.filter(({ row }) => row.curve !== undefined && arms.some((arm) => arm.id === row.arm));
  const [example] = drawn;
  if (example === undefined) return undefined;
  const figures = drawn.map(({ row }) => row.figures.p50Ns);
  const { symbol, divisor } = commonScale(figures);
  const values = drawn.flatMap(({ exchange, row }) =>
    (row.curve ?? [])
      .filter(([quantile]) => quantile >= firstQuantile - 1e-9)
      .map(([quantile, ns]) => ({
        arm: row.arm,
        panel: titles[exchange],
        x: 1 / (1 - quantile),
        y: ns / divisor,
      })),
  );
  const panels = Object.values(titles).filter((panel) => values.some((value) => value.panel === panel));
  const scales = armScales(arms);
  const nearest = 1 / (1 - firstQuantile);
  const farthest = Math.max(...values.map(({ x }) => x));
  const [low, high] = logDomain(values.map(({ y }) => y));
  const { point } = example.row;
  const place = [
    describeServices(point.services),
    `to the ${describePosition(point.position)}`,
    ...(point.loop === 'open' ? ['open loop, each arm at the rate in its table'] : [describeLoop(point)]),
  ];
  return {
    id: `chart-${summary.kernel}-percentiles`,
    title: 'Latency by percentile',
    subtitle: `${symbol}, logarithmic · ${place.filter((part) => part !== undefined).join(', ')} · ${kernelTitle(summary)} · ${countNote(figures)}`,
    description: `Lines for ${joinWords(arms.map(armLabel))}; further right is rarer. Percentiles with intervals are in the tables below.`,
    spec: themed({
      data: { values },
      facet: { column: { field: 'panel', type: 'nominal', sort: panels } },
      spacing: panelGap,
      spec: {
        width: (chartWidth - panelGap * (panels.length - 1)) / panels.length,
        height: 260,
        mark: { type: 'line', strokeWidth: 2, interpolate: 'monotone' },
        encoding: {
          x: {
            field: 'x',
            type: 'quantitative',
            title: 'percentile',
            scale: { type: 'log', domain: [nearest, farthest], nice: false },
            axis: {
              values: [nearest, ...[1, 2, 3, 4, 5, 6].map((nines) => 10 ** nines).filter((tick) => tick <= farthest)],
              labelExpr: "format(100 - 100 / datum.value, '.6~g')",
              labelFlush: false,
              grid: true,
              labelOverlap: false,
            },
          },
          y: {
            field: 'y',
            type: 'quantitative',
            title: null,
            scale: { type: 'log', domain: [low, high], nice: false },
            axis: { values: logTicks(low, high), format: ',~r' },
          },
          color: { field: 'arm', type: 'nominal', scale: scales.color, legend: null },
          strokeDash: { field: 'arm', type: 'nominal', scale: scales.dash, legend: null },
        },
      },
    }),
    legend: arms,
    legendNotes: ['a curve ends where fewer than 10 samples lie above it'],
  };
}
