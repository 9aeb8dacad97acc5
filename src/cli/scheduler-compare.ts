/** `kubedyno scheduler compare`: two configurations over one workload. */
import { Command } from 'commander';
import { loadSchedulingObjects } from '../api/index.ts';
import { type Comparison, compare, outcomeMetrics } from '../scheduler/compare.ts';
import { PostBindFaults } from './post-bind-faults.ts';
import {
  checkStdin,
  notesOn,
  planFrom,
  type SchedulerFlags,
  wholeNumberOption,
  withSchedulerFlags,
} from './scheduler-options.ts';
import type { OutputStreams } from './scheduler-run.ts';
import { textTable } from './table.ts';

interface CompareFlags extends SchedulerFlags {
  readonly filename: readonly string[];
  readonly with: string;
  readonly seeds: number;
  readonly json?: true;
}

const example = `
Examples:
  kubedyno scheduler compare -f examples/cluster.yaml --with examples/scheduler-config.yaml
  kubedyno scheduler compare -f DIR --config base.yaml --with head.yaml --seeds 20`;

export function schedulerCompareCommand(streams: OutputStreams): Command {
  return withSchedulerFlags(new Command('compare'))
    .description('place one workload with two configurations; say where they differ and what comes of it')
    .requiredOption('-f, --filename <path...>', 'objects: files, folders, or - for standard input')
    .requiredOption('--with <file>', 'the other configuration; --config is the base')
    .option('--seeds <count>', 'runs, each with random choices of its own', wholeNumberOption('--seeds', 1, 1000), 10)
    .option('--json', 'print the comparison as JSON')
    .addHelpText('after', example)
    .action((flags: CompareFlags) => run(flags, streams));
}

async function run(flags: CompareFlags, { out, err }: OutputStreams): Promise<void> {
  checkStdin({ '-f': flags.filename, '--config': flags.config, '--with': flags.with });
  const [input, base, head] = await Promise.all([
    loadSchedulingObjects(flags.filename),
    planFrom(flags),
    planFrom({ ...flags, config: flags.with }),
  ]);
  for (const note of [...notesOn(flags), ...input.notes]) err.write(`note: ${note}\n`);
  const seeds = Array.from({ length: flags.seeds }, (_, place) => flags.seed + place);
  const objects = [...input.objects, ...input.pods];
  const observer = new PostBindFaults();
  const comparison = compare(base, head, () => objects, seeds, { tieBreak: flags.tieBreak, observer });
  observer.printOn(err);
  out.write(flags.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison));
}

function comparisonText({ seeds, base, head, differing, differences, waiting }: Comparison): string {
  const rows = outcomeMetrics.map((metric) => {
    const mean = (outcomes: typeof base): string =>
      short(outcomes.reduce((sum, outcome) => sum + outcome[metric], 0) / outcomes.length);
    const { estimate, low, high } = differences[metric];
    return [metric, mean(base), mean(head), short(estimate), `${short(low)} to ${short(high)}`];
  });
  const table = textTable(['', 'base', 'head', 'head − base', '95 % interval'], rows, 'lrrrr');
  const differ = differing.reduce((sum, one) => sum + one.differ, 0);
  const both = differing.reduce((sum, one) => sum + one.both, 0);
  const share = both === 0 ? 0 : (100 * differ) / both;
  const few = seeds.length < 6 ? '; fewer than 6 seeds: the intervals are ranges' : '';
  const waits = (['base', 'head'] as const).flatMap((side) => {
    const pod = waiting[side];
    return pod === undefined ? [] : [`\n${side}: ${pod.namespace}/${pod.name} waits: ${pod.message}`];
  });
  return `${table}\n\n${short(share)} % of the pods that both bind go to different nodes (${seeds.length} seeds${few})${waits.join('')}\n`;
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
