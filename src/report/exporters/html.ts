/** `report.html`: one file that needs nothing else, with charts, tables and the data they were made from. */
import { renderSvg } from '../charts/render.ts';
import type { Exporter } from '../exporter.ts';
import { page } from '../html/page.ts';
import { partsOf } from '../html/parts.ts';
import type { Summary } from '../summary.ts';

export const htmlExporter: Exporter = {
  name: 'html',
  files: ({ summary }) => [
    {
      name: 'report.html',
      content: async function* () {
        yield await htmlOf(summary);
      },
    },
  ],
};

async function htmlOf(summary: Summary): Promise<string> {
  const parts = partsOf(summary);
  const svgs = new Map<string, string>();
  for (const chart of parts.flatMap(({ sections }) => sections.flatMap((section) => section.charts))) {
    svgs.set(chart.id, await renderSvg(chart));
  }
  return page(summary, parts, svgs);
}
