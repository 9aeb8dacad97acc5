/** Programming time by number of Services: all at once, and one more. */
import { armLabel, isServiceArm } from '../arms.ts';
import { joinWords } from '../format.ts';
import type { KernelSummary } from '../summary.ts';
import { commonScale, countNote, intervalNote } from '../tables/figure-cells.ts';
import { kernelTitle } from '../words.ts';
import type { Chart } from './chart.ts';
import { sweepSpec } from './sweep-chart.ts';
import { chartedArms, sweepPoints } from './sweep-data.ts';

const panels = { 'program-cold': 'all Services into an empty node', 'program-add': 'one Service more' } as const;

export function programmingChart(summary: KernelSummary): Chart | undefined {
  const measured = (['program-cold', 'program-add'] as const).flatMap((measure) =>
    (summary.tables.find((table) => table.measure === measure)?.rows ?? []).map((row) => ({ measure, row })),
  );
  const arms = chartedArms(
    summary,
    measured.map(({ row }) => row),
  ).filter(isServiceArm);
  const shown = measured.filter(({ row }) => arms.some((arm) => arm.id === row.arm));
  const figures = shown.map(({ row }) => row.figures.totalNs);
  const { symbol, divisor } = commonScale(figures);
  const points = shown.flatMap(({ measure, row }) => sweepPoints([row], 'totalNs', divisor, () => panels[measure]));
  if (new Set(points.map(({ x }) => x)).size < 2) return undefined;
  return {
    id: `chart-${summary.kernel}-programming`,
    title: 'Programming time by number of Services',
    subtitle: `${symbol}, both axes logarithmic · ${kernelTitle(summary)} · ${countNote(figures)}`,
    description: `Lines for ${joinWords(arms.map(armLabel))}. The numbers are in the tables below.`,
    spec: sweepSpec({
      arms,
      points,
      panels: Object.values(panels).filter((panel) => points.some((point) => point.panel === panel)),
      marks: [],
    }),
    legend: arms,
    legendNotes: [`band: ${intervalNote(figures)}`],
  };
}
