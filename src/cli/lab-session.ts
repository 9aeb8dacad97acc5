/** What `run` and `resume` share: Ctrl-C, progress, and how a run's end is told. */
import { relative } from 'node:path';
import { MultiBar, type SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { ProgressMessage } from '../lab/job.ts';
import type { EndRecord } from '../lab/records.ts';
import type { ProgressSource } from '../lab/run-lab.ts';
import type { Finding, Summary } from '../report/summary.ts';
import { writeReport } from '../report/write-report.ts';

/** Aborts at the first Ctrl-C or polite kill; at the second one the process ends at once, and its namespaces with it. */
export function interruptible(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(1);
    process.stderr.write('\nkubedyno: stopping; what was measured is kept (again to stop at once)\n');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}

export interface ProgressDisplay {
  readonly show: (source: ProgressSource, progress: ProgressMessage) => void;
  readonly end: () => void;
}

/** One bar a kernel, and one for the scheduler, on a terminal, nothing in a pipe. Redrawn rarely: a drawing process takes a CPU from the lab. */
export function progressDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  if (!stream.isTTY) return { show: () => undefined, end: () => undefined };
  const bars = new MultiBar({ stream, fps: 2, hideCursor: true, format: '{source} [{bar}] {percentage} %  {stage}' });
  const bySource = new Map<ProgressSource, SingleBar>();
  return {
    show: (source, { stage, fraction }) => {
      const bar = bySource.get(source) ?? bars.create(1000, 0, { source, stage });
      bySource.set(source, bar);
      bar.update(Math.round(fraction * 1000), { source, stage });
    },
    end: () => bars.stop(),
  };
}

function endText(end: EndRecord): string {
  switch (end.status) {
    case 'complete':
      return pc.green('complete');
    case 'interrupted':
      return pc.yellow('interrupted');
    case 'failed':
      return pc.red(`failed: ${end.message ?? ''}`);
  }
}

function findingLines(summary: Summary): string[] {
  const told = (findings: readonly Finding[]): string[] =>
    findings.map(({ text, state }) => `  - ${state === 'undecided' ? '(undecided) ' : ''}${text}`);
  const { kernels, scheduling } = summary;
  return [
    ...kernels.flatMap(({ kernel, release, findings }) => [
      pc.bold(`On the ${kernel} kernel${release === undefined ? '' : ` (${release})`}:`),
      ...told(findings),
    ]),
    ...(scheduling === undefined ? [] : [pc.bold('Scheduler profiles:'), ...told(scheduling.findings)]),
  ];
}

/** Writes all reports, prints the findings and where everything is; returns the exit code. */
export async function concludeRun(folder: string, end: EndRecord, json: boolean): Promise<number> {
  const { summary, paths } = await writeReport(folder);
  if (json) {
    process.stdout.write(`${JSON.stringify({ run: folder, end, summary })}\n`);
  } else {
    const lines = [
      ...findingLines(summary),
      '',
      `run ${endText(end)}`,
      ...paths.map((path) => `  ${relative(process.cwd(), path) || path}`),
      ...(end.status === 'complete' ? [] : [`go on with it: kubedyno resume ${relative(process.cwd(), folder)}`]),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  if (end.status !== 'complete') return 1;
  const { valid } = summary.kernels.reduce((sum, { slices }) => ({ valid: sum.valid + slices.valid }), { valid: 0 });
  return valid === 0 ? 2 : 0;
}
