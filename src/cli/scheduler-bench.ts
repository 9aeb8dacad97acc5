/** `kubedyno scheduler bench`: scheduler_perf's workloads, its own files as they stand, with honest figures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../../native/load.ts';
import { InputError } from '../api/index.ts';
import { BenchFailure, type BenchResult, benchCase, findWorkloads, type WorkloadChoice } from '../scheduler/bench.ts';
import { type TieBreak, tieBreaks } from '../scheduler/framework/tie-break.ts';
import { perfdashJson } from '../workloads/perf/index.ts';
import { benchTable, type FailedWorkload } from './scheduler-bench-text.ts';
import { choice, progressOn, wholeNumberOption } from './scheduler-options.ts';
import type { OutputStreams } from './scheduler-run.ts';

interface BenchFlags {
  readonly filename: readonly string[];
  readonly case: string;
  readonly short?: true;
  readonly list?: true;
  readonly seed: number;
  readonly tieBreak: TieBreak;
  readonly cold?: true;
  readonly perfdash?: string;
  readonly json?: true;
}

const example = `
Examples:
  kubedyno scheduler bench --case 'SchedulingBasic/*'
  kubedyno scheduler bench --short
  kubedyno scheduler bench -f kubernetes/test/integration/scheduler_perf/affinity/performance-config.yaml --json`;

export function schedulerBenchCommand(streams: OutputStreams): Command {
  return new Command('bench')
    .description('run scheduler_perf workloads and say how many pods per second, and how long each attempt takes')
    .option('-f, --filename <path...>', 'performance-config.yaml files, or folders of them', [shippedCases()])
    .option('--case <glob>', 'TESTCASE/WORKLOAD; * stands for anything', '*')
    .option('--short', 'the small workloads (label short) instead of the large ones')
    .option('--list', 'print what there is, and run nothing')
    .option(
      '--tie-break <way>',
      `among the best nodes: ${tieBreaks.join(', ')}`,
      choice('way of breaking ties', tieBreaks),
      'seeded',
    )
    .option('--seed <number>', 'of all random choices', wholeNumberOption('--seed', 0), 1)
    .option(
      '--cold',
      'count the first run of every workload; those of less than a second are run once before otherwise',
    )
    .option('--perfdash <folder>', 'write perf-dash’s JSON there, a file for each topic')
    .option('--json', 'print the results as JSON')
    .addHelpText('after', example)
    .action(async (flags: BenchFlags) => {
      process.exitCode = await run(flags, streams);
    });
}

function shippedCases(): string {
  return join(packageRoot(), 'examples', 'scheduler-perf');
}

/** 0: done; 1: below a threshold, pods were lost, or a workload came to no end. */
async function run(flags: BenchFlags, { out, err }: OutputStreams): Promise<number> {
  const all = await findWorkloads(flags.filename);
  const pattern = globPattern(flags.case);
  const named = all.filter(({ name }) => pattern.test(name));
  const chosen = flags.case.includes('*') ? named.filter((one) => one.isShort === (flags.short === true)) : named;
  if (chosen.length === 0) throw noMatch(flags, all);
  if (flags.list === true) {
    out.write(`${chosen.map(({ name, file }) => `${name}  ${relative(process.cwd(), file)}`).join('\n')}\n`);
    return 0;
  }
  const results: BenchResult[] = [];
  const failed: FailedWorkload[] = [];
  const progress = progressOn(err);
  for (const [place, workload] of chosen.entries()) {
    progress(workload.name, place, chosen.length);
    try {
      results.push(await benchCase(workload, flags));
    } catch (error) {
      // What the others have measured is not to be lost with it.
      if (!(error instanceof BenchFailure)) throw error;
      failed.push({ name: workload.name, topic: workload.topic, failure: error.message });
    }
  }
  progress('', 1, 1);
  for (const { name, postBindFaults = [] } of results) {
    for (const fault of postBindFaults) err.write(`warning: ${name}: ${fault}\n`);
  }
  if (flags.perfdash !== undefined) writePerfdash(flags.perfdash, results);
  out.write(
    flags.json === true ? `${JSON.stringify([...results, ...failed], null, 2)}\n` : `${benchTable(results, failed)}\n`,
  );
  return [...results, ...failed].some(({ failure }) => failure !== undefined) ? 1 : 0;
}

function noMatch({ case: glob }: BenchFlags, all: readonly WorkloadChoice[]): InputError {
  const names = all.map(({ name }) => name);
  return new InputError(
    `--case '${glob}' matches no workload (allowed: ${names.slice(0, 12).join(', ')}, …; --list shows all)`,
  );
}

function globPattern(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}

function writePerfdash(folder: string, results: readonly BenchResult[]): void {
  mkdirSync(folder, { recursive: true });
  for (const topic of new Set(results.map(({ topic: name }) => name))) {
    const items = results.filter((result) => result.topic === topic).flatMap((result) => result.items);
    writeFileSync(join(folder, `BenchmarkPerfScheduling_${topic}.json`), perfdashJson(items));
  }
}
