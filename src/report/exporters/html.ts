/** `report.html`: one file that needs nothing else, with charts, tables and the data they were made from. */
import { renderSvg } from '../charts/render.ts';
import type { Exporter } from '../exporter.ts';
import { page } from '../html/page.ts';
import { sectionsOf } from '../html/sections.ts';
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
  const kernels = summary.kernels.map((kernel) => ({ summary: kernel, sections: sectionsOf(kernel) }));
  const svgs = new Map<string, string>();
  for (const chart of kernels.flatMap(({ sections }) => sections.flatMap((section) => section.charts))) {
    svgs.set(chart.id, await renderSvg(chart));
  }
  return page(summary, kernels, svgs);
}
