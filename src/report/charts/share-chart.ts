/** Who gets how many connections: a small bar chart for each arm, with the Jain index as its title. */
import { armLabel } from '../arms.ts';
import { formatFixed } from '../format.ts';
import type { KernelSummary } from '../summary.ts';
import { countNote } from '../tables/figure-cells.ts';
import { kernelTitle } from '../words.ts';
import type { Chart } from './chart.ts';
import { armColor, chartWidth, ink, themed } from './theme.ts';

/** Small charts side by side, at most; fewer when that fills the rows. */
const mostColumns = 7;

export function shareChart(summary: KernelSummary, backends: 'even' | 'uneven'): Chart | undefined {
  const rows = summary.tables.find((table) => table.measure === 'balance')?.rows ?? [];
  const shown = summary.arms.flatMap((arm) => {
    if (arm.control === true) return [];
    const row = rows.find((candidate) => candidate.arm === arm.id && candidate.point.backends === backends);
    return row?.balance === undefined ? [] : [{ arm, row, balance: row.balance }];
  });
  if (shown.length === 0) return undefined;
  const panels = shown.map(({ arm, balance }) => `${armLabel(arm)}|Jain ${formatFixed(balance.jain.estimate, 3)}`);
  const columns = Math.ceil(shown.length / Math.ceil(shown.length / mostColumns));
  const values = shown.flatMap(({ arm, balance }, place) =>
    balance.shares.map((share, backend) => ({
      panel: panels[place],
      arm: arm.id,
      backend: String(backend + 1),
      percent: share * 100,
      equal: 100 / balance.shares.length,
    })),
  );
  return {
    id: `chart-${summary.kernel}-shares-${backends}`,
    title: backends === 'even' ? 'Share per backend, equal backends' : 'Share per backend, unequal backends',
    subtitle: `% of all connections, one bar for each backend · ${kernelTitle(summary)} · ${countNote(shown.map(({ balance }) => balance.jain))}`,
    description: `Jain index: ${panels.map((panel) => panel.replace('|Jain', '')).join(', ')}.`,
    spec: themed({
      data: { values },
      facet: {
        field: 'panel',
        type: 'nominal',
        sort: panels,
        header: { labelExpr: "split(datum.label, '|')", labelOrient: 'top', labelFontSize: 12, labelLineHeight: 15 },
      },
      columns,
      spacing: { column: 20, row: 16 },
      resolve: { axis: { x: 'independent' } },
      spec: {
        width: (chartWidth - 20 * (columns - 1)) / columns,
        height: 84,
        layer: [
          {
            mark: { type: 'bar', width: { band: 0.74 } },
            encoding: {
              x: {
                field: 'backend',
                type: 'ordinal',
                title: null,
                axis: { labelAngle: 0, ticks: false, domain: false },
              },
              y: {
                field: 'percent',
                type: 'quantitative',
                title: null,
                axis: { tickCount: 3, format: 'd' },
              },
              color: {
                field: 'arm',
                type: 'nominal',
                legend: null,
                scale: { domain: shown.map(({ arm }) => arm.id), range: shown.map(({ arm }) => armColor(arm)) },
              },
            },
          },
          {
            mark: { type: 'rule', color: ink, strokeDash: [3, 3], strokeWidth: 1 },
            encoding: { y: { field: 'equal', type: 'quantitative', aggregate: 'mean' } },
          },
        ],
      },
    }),
    legend: [],
    legendNotes: ['dashed: equal shares', 'Jain index: 1 when all backends get equally many'],
  };
}
