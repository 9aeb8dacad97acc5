/** The formats that a report can be written in. A new one is a file in exporters/ and a line here. */
import { reportErrors } from './errors.ts';
import type { Exporter } from './exporter.ts';
import { csvExporter } from './exporters/csv.ts';

import { htmlExporter } from './exporters/html.ts';
import { jsonExporter } from './exporters/json.ts';
import { markdownExporter } from './exporters/markdown.ts';

export const exporters: readonly Exporter[] = [htmlExporter, markdownExporter, csvExporter, jsonExporter];

export const formatNames: readonly string[] = exporters.map(({ name }) => name);

/** @throws ReportError that lists the known formats. */
export function exportersFor(names: readonly string[]): Exporter[] {
  return names.map((name) => {
    const exporter = exporters.find((candidate) => candidate.name === name);
    if (exporter === undefined) throw reportErrors.unknownFormat(name, formatNames);
    return exporter;
  });
}
