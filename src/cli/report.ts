/** `kubedyno report`: from a run directory to files that people read. */
import { relative } from 'node:path';
import { Command } from 'commander';
import { formatNames } from '../report/registry.ts';
import type { Summary } from '../report/summary.ts';
import { statusNotes } from '../report/words.ts';
import { writeReport } from '../report/write-report.ts';

interface ReportWords {
  readonly format: string;
  readonly json?: true;
}

/** 2: there is a report, but no slice of the run is valid, so it holds no figure. */
function exitCodeOf(summary: Summary): number {
  return summary.kernels.some(({ slices }) => slices.valid > 0) ? 0 : 2;
}

async function report(runDirectory: string, words: ReportWords): Promise<number> {
  const { summary, paths } = await writeReport(runDirectory, words.format.split(','));
  if (words.json === true) {
    process.stdout.write(`${JSON.stringify({ run: runDirectory, paths, summary })}\n`);
  } else {
    for (const note of statusNotes(summary)) process.stderr.write(`note: ${note}\n`);
    process.stdout.write(paths.map((path) => `${relative(process.cwd(), path) || path}\n`).join(''));
  }
  return exitCodeOf(summary);
}

const example = `
Example: the page with the charts, and the table for a spreadsheet
  $ kubedyno report reports/20261123-093000-default --format html,csv

Exit status: 0 written, 1 cannot be written, 2 written but no slice of the run is valid, 64 wrong input.`;

export function reportCommand(): Command {
  return new Command('report')
    .summary('write the report of a run again')
    .description('Makes the report of a run from its results.jsonl, into the same folder; nothing is measured.')
    .argument('<run>', 'the folder of a run')
    .option('--format <names>', `comma-separated list of: ${formatNames.join(', ')}`, formatNames.join(','))
    .option('--json', 'print the summary and the paths as JSON')
    .addHelpText('after', example)
    .action(async (runDirectory: string, words: ReportWords) => {
      process.exitCode = await report(runDirectory, words);
    });
}
