import type { Exporter } from '../exporter.ts';

/** `report.json`: the summary itself. */
export const jsonExporter: Exporter = {
  name: 'json',
  files: ({ summary }) => [
    {
      name: 'report.json',
      content: async function* () {
        yield `${JSON.stringify(summary, undefined, 1)}\n`;
      },
    },
  ],
};
