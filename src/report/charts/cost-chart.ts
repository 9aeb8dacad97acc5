/** Cost per packet by number of Services, for the first, the middle and the last Service of the list. */
import { armLabel } from '../arms.ts';
import { formatAbout, joinWords } from '../format.ts';
import { measureInfo } from '../measures.ts';
import { atPosition, positionsOf } from '../points.ts';
import type { CrossoverRow, KernelSummary } from '../summary.ts';
import { commonScale, countNote, intervalNote } from '../tables/figure-cells.ts';
import { kernelTitle } from '../words.ts';
import type { Chart } from './chart.ts';
import { type SweepMark, sweepSpec } from './sweep-chart.ts';
import { chartedArms, sweepPoints } from './sweep-data.ts';

const panels = { first: 'first Service', middle: 'middle Service', last: 'last Service' } as const;

export function costChart(summary: KernelSummary, measure: 'new-flow' | 'established'): Chart | undefined {
  const rows = summary.tables.find((table) => table.measure === measure)?.rows ?? [];
  const arms = chartedArms(summary, rows);
  const shown = rows.filter((row) => arms.some((arm) => arm.id === row.arm));
  const figures = shown.map((row) => row.figures.nsPerPacket);
  const scale = commonScale(figures);
  const points = positionsOf(shown).flatMap((position) =>
    sweepPoints(atPosition(shown, position), 'nsPerPacket', scale.divisor, () => panels[position]),
  );
  if (new Set(points.map(({ x }) => x)).size < 2) return undefined;
  const present = Object.values(panels).filter((panel) => points.some((point) => point.panel === panel));
  const marks = measure === 'new-flow' ? marksOf(summary.crossovers) : [];
  const others = summary.arms.some((arm) => arm.mode === 'ipvs' && !arms.includes(arm));
  return {
    id: `chart-${summary.kernel}-${measure}`,
    title: `${measureInfo[measure].title} by number of Services`,
    subtitle: `${scale.symbol} per packet, both axes logarithmic · ${kernelTitle(summary)} · ${countNote(figures)}`,
    description: `Lines for ${joinWords(arms.map(armLabel))}; ${present.join(', ')} side by side. The numbers are in the table below.`,
    spec: sweepSpec({ arms, points, panels: present, marks }),
    legend: arms,
    legendNotes: [
      `band: ${intervalNote(figures)}`,
      ...(marks.length === 0 ? [] : [`dashed upright: ${crossoverNames(summary)}`]),
      ...(others ? ['other IPVS schedulers: see the table'] : []),
    ],
  };
}

/** Where a rival overtakes iptables-legacy. */
function marksOf(rows: readonly CrossoverRow[]): SweepMark[] {
  return rows.flatMap(({ incumbent, position, crossover }) => {
    if (incumbent !== 'iptables-legacy' || crossover.kind !== 'crosses' || crossover.direction !== 'cheaper') return [];
    const { estimate, low, high } = crossover.at;
    return [{ panel: panels[position ?? 'first'], at: estimate, low, high, label: `≈ ${formatAbout(estimate)}` }];
  });
}

function crossoverNames({ crossovers, arms }: KernelSummary): string {
  const challengers = new Set(
    crossovers
      .filter((row) => row.incumbent === 'iptables-legacy' && row.crossover.kind === 'crosses')
      .map((row) => row.challenger),
  );
  const names = arms.filter(({ id }) => challengers.has(id)).map(armLabel);
  return `${joinWords(names)} overtakes iptables-legacy`;
}
