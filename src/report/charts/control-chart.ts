/** The noise floor: an arm against its own twin, which differ in nothing. */
import { figureName } from '../measures.ts';
import type { KernelSummary } from '../summary.ts';
import { kernelTitle } from '../words.ts';
import type { Chart } from './chart.ts';
import { ink, themed } from './theme.ts';

const agreeing = 'var(--good)';
const differing = 'var(--bad)';

export function controlChart(summary: KernelSummary): Chart | undefined {
  if (summary.controls.length === 0) return undefined;
  const values = summary.controls.map(({ measure, metric, ratio, agrees }) => ({
    name: figureName(measure, metric),
    x: (ratio.estimate - 1) * 100,
    low: (ratio.low - 1) * 100,
    high: (ratio.high - 1) * 100,
    verdict: agrees ? 'agrees' : 'differs',
  }));
  const pairs = summary.controls.map(({ ratio }) => ratio.n);
  const y = {
    field: 'name',
    type: 'nominal',
    sort: values.map(({ name }) => name),
    title: null,
    axis: { labelLimit: 300, labelFontSize: 12, grid: true },
  } as const;
  const color = {
    field: 'verdict',
    type: 'nominal',
    legend: null,
    scale: { domain: ['agrees', 'differs'], range: [agreeing, differing] },
  } as const;
  return {
    id: `chart-${summary.kernel}-control`,
    title: 'Noise floor: the direct path against itself',
    subtitle: `difference in %, paired by round · ${kernelTitle(summary)} · n = ${Math.min(...pairs)} to ${Math.max(...pairs)} pairs`,
    description: 'Every interval should hold 0: the two arms are the same. The numbers are in the table below.',
    spec: themed({
      data: { values },
      width: 620,
      height: { step: 22 },
      layer: [
        { mark: { type: 'rule', color: ink, strokeWidth: 1 }, encoding: { x: { datum: 0, type: 'quantitative' } } },
        {
          mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.5 },
          encoding: {
            x: {
              field: 'low',
              type: 'quantitative',
              title: 'difference, %',
              axis: { tickCount: 7, labelExpr: "datum.value === 0 ? '0' : format(datum.value, '+~r')" },
            },
            x2: { field: 'high' },
            y,
            color,
          },
        },
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: { x: { field: 'x', type: 'quantitative' }, y, color },
        },
      ],
    }),
    legend: [],
    legendNotes: ['bar: 95 % interval', 'upright: no difference'],
  };
}
