import type { Exporter } from '../exporter.ts';
import { sliceRows } from './slices-csv.ts';
import { summaryRows } from './summary-csv.ts';

/** `summary.csv`, a line for each arm and point, and `slices.csv`, a line for each raw value. RFC 4180. */
export const csvExporter: Exporter = {
  name: 'csv',
  files: ({ summary, records }) => [
    { name: 'summary.csv', content: () => summaryRows(summary) },
    { name: 'slices.csv', content: () => sliceRows(records()) },
  ],
};
