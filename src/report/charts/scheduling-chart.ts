/** Pods per second of each scheduler profile, with intervals. */
import { joinWords } from '../format.ts';
import type { SchedulingSummary } from '../summary.ts';
import { countNote, intervalNote } from '../tables/figure-cells.ts';
import type { Chart } from './chart.ts';
import { accent, themed } from './theme.ts';

export function schedulingChart({ profiles }: SchedulingSummary): Chart | undefined {
  const values = profiles.flatMap(({ profile, podsPerSec }) =>
    podsPerSec === undefined ? [] : [{ profile, x: podsPerSec.estimate, low: podsPerSec.low, high: podsPerSec.high }],
  );
  if (values.length < 2) return undefined;
  const figures = profiles.map(({ podsPerSec }) => podsPerSec);
  const y = {
    field: 'profile',
    type: 'nominal',
    sort: values.map(({ profile }) => profile),
    title: null,
    axis: { labelFontSize: 12, grid: true, labelLimit: 200 },
  } as const;
  return {
    id: 'chart-scheduler-throughput',
    title: 'Pods placed per second',
    subtitle: `pods per second, from zero · this machine’s CPU, one thread · ${countNote(figures)}`,
    description: `Median and interval for ${joinWords(values.map(({ profile }) => profile))}. The numbers are in the table below.`,
    spec: themed({
      data: { values },
      width: 620,
      height: { step: 26 },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.45, color: accent },
          encoding: {
            x: {
              field: 'low',
              type: 'quantitative',
              title: 'pods per second',
              scale: { zero: true },
              axis: { grid: true, tickCount: 6, format: ',~r' },
            },
            x2: { field: 'high' },
            y,
          },
        },
        {
          mark: { type: 'point', filled: true, size: 70, opacity: 1, color: accent },
          encoding: { x: { field: 'x', type: 'quantitative' }, y },
        },
      ],
    }),
    legend: [],
    legendNotes: ['point: median', `bar: ${intervalNote(figures)}`],
  };
}
