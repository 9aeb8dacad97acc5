/** Makes the report files of a run directory. The run's results.jsonl is read and never written. */
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readRecords } from '../lab/read-records.ts';
import type { ResultRecord } from '../lab/records.ts';
import { resultsFile } from '../lab/run-directory.ts';
import { collect } from './collect.ts';
import { reportErrors } from './errors.ts';
import type { ReportFile } from './exporter.ts';
import { exportersFor, formatNames } from './registry.ts';
import { summarize } from './summarize.ts';
import type { Summary } from './summary.ts';

export interface WrittenReport {
  readonly summary: Summary;
  /** Paths of the files, in the order of the formats. */
  readonly paths: readonly string[];
}

/**
 * Writes the report of a run directory into it, in `formats` (all when left out). Each file is complete or as it
 * was before: a reader never sees half of one.
 * @throws ReportError for an unknown format or a folder that cannot be written, LabError for damaged results
 */
export async function writeReport(
  runDirectory: string,
  formats: readonly string[] = formatNames,
): Promise<WrittenReport> {
  const chosen = exportersFor(formats);
  const results = join(runDirectory, resultsFile);
  const summary = summarize(await collect(readRecords(results)));
  const paths: string[] = [];
  for (const exporter of chosen) {
    for (const file of exporter.files({ summary, records: () => recordsOf(results) })) {
      paths.push(await writeWhole(runDirectory, file));
    }
  }
  return { summary, paths };
}

async function* recordsOf(results: string): AsyncGenerator<ResultRecord> {
  for await (const line of readRecords(results)) {
    if (line.kind === 'record') yield line.record;
  }
}

/** Written under another name first, and given its own only when every byte is on the disk. */
async function writeWhole(folder: string, file: ReportFile): Promise<string> {
  const path = join(folder, file.name);
  const draft = join(dirname(path), `.${file.name}.tmp`);
  try {
    const handle = await open(draft, 'w');
    try {
      for await (const piece of file.content()) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
    return path;
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof Error && 'syscall' in error) throw reportErrors.cannotWrite(path, error);
    throw error;
  }
}
