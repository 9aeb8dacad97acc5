/** Cost or time against the number of Services: a line and an interval band for each arm, panels side by side. */
import type { TopLevelSpec } from 'vega-lite';
import type { Arm } from '../../lab/records.ts';
import { joined, type SweepPoint } from './sweep-data.ts';
import { accent, armScales, chartWidth, ink, panelGap, themed } from './theme.ts';
import { logDomain, logTicks } from './ticks.ts';

/** A size to point out: one arm becomes cheaper than another there. */
export interface SweepMark {
  readonly panel: string;
  readonly at: number;
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

export interface SweepChartData {
  readonly arms: readonly Arm[];
  readonly points: readonly SweepPoint[];
  /** In the order of the panels, left to right. */
  readonly panels: readonly string[];
  readonly marks: readonly SweepMark[];
}

const height = 270;

export function sweepSpec({ arms, points, panels, marks }: SweepChartData): TopLevelSpec {
  const scales = armScales(arms);
  const sizes = points.map(({ x }) => x);
  const yDomain = logDomain(points.flatMap(({ low, high, y }) => [low, high, y]));
  const xDomain: [number, number] = [Math.min(...sizes), Math.max(...sizes)];
  const x = {
    field: 'x',
    type: 'quantitative',
    title: 'Services',
    scale: { type: 'log', domain: xDomain, nice: false },
    axis: { values: logTicks(...xDomain), format: ',', grid: false, labelOverlap: false, labelFlush: false },
  } as const;
  const y = {
    field: 'y',
    type: 'quantitative',
    title: null,
    scale: { type: 'log', domain: yDomain, nice: false },
    axis: { values: logTicks(...yDomain), format: ',~r' },
  } as const;
  const color = { field: 'arm', type: 'nominal', scale: scales.color, legend: null } as const;
  const panel = { field: 'panel' } as const;
  const curve = [...joined(points)];
  return themed({
    data: {
      values: [
        ...curve.map((point) => ({ ...point, kind: 'curve' })),
        ...points.map((point) => ({ ...point, kind: 'measured' })),
        ...marks.map((mark) => ({ ...mark, kind: 'mark' })),
      ],
    },
    facet: { column: { ...panel, type: 'nominal', sort: [...panels], header: { labelOrient: 'top' } } },
    spacing: panelGap,
    resolve: { axis: { y: 'shared' } },
    spec: {
      width: (chartWidth - panelGap * (panels.length - 1)) / panels.length,
      height,
      layer: [
        {
          transform: [{ filter: "datum.kind === 'mark'" }],
          mark: { type: 'rect', color: accent, opacity: 0.13 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } },
        },
        {
          transform: [{ filter: "datum.kind === 'mark'" }],
          mark: { type: 'rule', color: accent, strokeDash: [4, 3], strokeWidth: 1.2 },
          encoding: { x: { ...x, field: 'at' } },
        },
        {
          transform: [{ filter: "datum.kind === 'curve'" }],
          mark: { type: 'area', opacity: 0.18 },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
        },
        {
          transform: [{ filter: "datum.kind === 'curve'" }],
          mark: { type: 'line', strokeWidth: 2 },
          encoding: { x, y, color, strokeDash: { field: 'arm', type: 'nominal', scale: scales.dash, legend: null } },
        },
        {
          transform: [{ filter: "datum.kind === 'measured'" }],
          mark: { type: 'point', filled: true, size: 48, opacity: 1 },
          encoding: { x, y, color, shape: { field: 'arm', type: 'nominal', scale: scales.shape, legend: null } },
        },
        {
          transform: [{ filter: "datum.kind === 'mark'" }],
          mark: {
            type: 'text',
            align: 'left',
            baseline: 'top',
            dx: 5,
            y: 4,
            color: ink,
            fontSize: 12,
            fontWeight: 600,
          },
          encoding: { x: { ...x, field: 'at' }, text: { field: 'label' } },
        },
      ],
    },
  });
}
