/** Sentences that every text format shares: what was run, how it ended, how it was measured, how to run it again. */

import { formatCount } from './format.ts';
import type { KernelSummary, Summary } from './summary.ts';

/** `Host kernel 6.18.44`, `Guest kernel 6.1.176 (User-Mode Linux)`. */
export function kernelTitle({ kernel, release }: KernelSummary): string {
  const name = kernel === 'uml' ? 'Guest kernel' : 'Host kernel';
  return [name, release, kernel === 'uml' ? '(User-Mode Linux)' : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** Of the scheduler's part. */
export const schedulingTitle = 'Scheduler';

export const schedulingExplanation =
  'What filters and scores cost, and what they buy: each slice places all pods of a generated trace on a fresh cluster, in one thread. An attempt lasts from the queue to the binding, which is made in memory: there is no API server to wait for.';

/** What the report is about. */
export function reportTitle({ kernels, scheduling }: Summary): string {
  if (scheduling === undefined) return 'Service data planes, measured';
  return kernels.length === 0 ? 'Scheduler profiles, measured' : 'Service data planes and scheduler profiles, measured';
}

/** The questions that it answers. */
export function reportLead({ kernels, scheduling }: Summary): string {
  const planes = `What each way to carry a Kubernetes Service costs on ${kernels.length === 1 ? 'a real kernel' : `${kernels.length} real kernels`} of this machine, and who balances best.`;
  const profiles = 'How many pods per second each scheduler profile places, and how many it leaves without a node.';
  if (scheduling === undefined) return planes;
  return kernels.length === 0 ? profiles : `${planes} ${profiles}`;
}

/** What a reader must know before believing a figure: a run that did not end well, or in which nothing is valid. */
export function statusNotes({ run, ending, kernels, scheduling }: Summary): string[] {
  const notes: string[] = [];
  if (ending.state === 'unfinished') {
    const torn =
      ending.tornLine === undefined ? '' : ` Line ${ending.tornLine} of results.jsonl was cut off and is left out.`;
    notes.push(
      `This run has no end record: it was killed or is still going on.${torn} Go on with: kubedyno resume RUN`,
    );
  } else if (ending.state !== 'complete') {
    const why = ending.message === undefined ? '' : `: ${ending.message}`;
    notes.push(
      `This run ${ending.state === 'failed' ? 'failed' : 'was interrupted'}${why}. What was measured until then is below.`,
    );
  }
  if (run.quick)
    notes.push('A quick run (--quick): few rounds, so intervals are wide or, below 6 slices, only ranges.');
  if (kernels.every(({ slices }) => slices.valid === 0)) {
    notes.push(
      scheduling === undefined
        ? 'No slice of this run is valid, so there are no figures. The reasons are listed below.'
        : 'No slice of a kernel is valid, so there are figures of the scheduler only. The reasons are listed below.',
    );
  }
  return notes;
}

/** Label and value of what identifies the run. */
export function runFacts({ run, ending, kernels, scheduling }: Summary): (readonly [label: string, value: string])[] {
  const git =
    run.git === undefined ? '' : ` (${run.git.sha.slice(0, 12)}${run.git.dirty ? ', with local changes' : ''})`;
  const count = (state: 'valid' | 'void'): number => kernels.reduce((sum, { slices }) => sum + slices[state], 0);
  return [
    ['Run', run.id],
    ['Started', timeOf(run.startedAt)],
    ['Ended', ending.state === 'unfinished' ? 'unfinished' : `${timeOf(ending.endedAt)} (${ending.state})`],
    ['kubedyno', `${run.version}${git}`],
    ['Seed', String(run.seed)],
    ['Slices', `${formatCount(count('valid') + (scheduling?.slices ?? 0))} valid, ${formatCount(count('void'))} void`],
  ];
}

/** `2026-11-23 09:30:00 UTC`. */
function timeOf(timestamp: string): string {
  return timestamp.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}

/** The method in short; the whole of it is docs/methodology.md. */
export function methodNotes({ kernels, scheduling }: Summary): string[] {
  const notes = [
    'Each arm (a way to carry a Service) has its own private lane of network namespaces: client, node, backends. All arms are programmed at once, and measured in short slices, in rounds that visit every arm of a point in seeded random order. Slow drift of the machine hits all arms of a round alike and cancels in their ratios.',
    'A figure is the median of its slices with a distribution-free 95 % interval. Percentiles are those of all requests of an arm together, with an interval from a bootstrap over whole slices. Ratios are Hodges-Lehmann estimates of paired log ratios with the interval of the Wilcoxon signed-rank test. n counts slices, never requests.',
    'A slice whose generator was saturated, late or starved is void: it is kept in results.jsonl and counted here, and enters no figure. An arm that repeats the direct path shows how large a difference the noise alone makes.',
    'With fewer than 6 slices no 95 % interval exists; the range of the slices is shown instead and marked †.',
  ];
  if (kernels.length > 1) {
    notes.push(
      'Figures of different kernels must not be compared with each other: a guest kernel pays more for every system call. iptables-legacy is measured on each as a bridge: what can be carried over is how an arm stands against it on the same kernel.',
    );
  }
  if (scheduling !== undefined) {
    notes.push(
      'The scheduler is measured after the kernels, on a thread of its own and in virtual time. Its rounds visit every profile in seeded random order, all of a round with the same cluster and the same pods, each round with others. Pods per second are the pods bound over the time that the work through the queue took; waiting is not in it.',
    );
  }
  return notes;
}

/** The command that repeats the run. */
export function reproduceCommand({ run }: Summary): string {
  const kernel = kernelChoiceOf(run.lab);
  const choice = kernel === undefined || kernel === 'auto' ? '' : ` --kernel ${kernel}`;
  return `kubedyno run lab.yaml --seed ${run.seed}${choice}${run.quick ? ' --quick' : ''}`;
}

/** The kernels that were asked for, where the record says so. */
function kernelChoiceOf(lab: unknown): string | undefined {
  const kernel = typeof lab === 'object' && lab !== null && 'kernel' in lab ? lab.kernel : undefined;
  return kernel === 'host' || kernel === 'uml' || kernel === 'auto' ? kernel : undefined;
}

/** How to use the command: where its lab comes from. */
export const reproduceNote =
  'lab.yaml is the lab that the first line of results.jsonl holds (field "lab"), with every default filled in; without it the command runs the default lab. The seed fixes the order of the slices and all arrivals; the times are those of your machine.';
