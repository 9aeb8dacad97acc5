/** Summaries for tests: from records in memory, without a file. */
import type { ReadLine } from '../../src/lab/read-records.ts';
import type { ResultRecord } from '../../src/lab/records.ts';
import { collect } from '../../src/report/collect.ts';
import type { ReportFile } from '../../src/report/exporter.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { KernelSummary, Summary } from '../../src/report/summary.ts';

export async function* linesOf(records: Iterable<ResultRecord>): AsyncGenerator<ReadLine> {
  let line = 0;
  for (const record of records) {
    line += 1;
    yield { kind: 'record', line, record };
  }
}

export async function summaryOf(records: Iterable<ResultRecord>): Promise<Summary> {
  return summarize(await collect(linesOf(records)));
}

export function kernelOf(summary: Summary, name: KernelSummary['kernel']): KernelSummary {
  const kernel = summary.kernels.find((candidate) => candidate.kernel === name);
  if (kernel === undefined) throw new Error(`no kernel ${name} in the summary`);
  return kernel;
}

/** The whole text of a report file. */
export async function textOf(file: ReportFile | undefined): Promise<string> {
  if (file === undefined) throw new Error('no such report file');
  let text = '';
  for await (const piece of file.content()) text += piece;
  return text;
}
