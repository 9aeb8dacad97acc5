/** `kubedyno resume`: goes on with a run that was killed or interrupted. */
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { hostKernel } from '../kernel/host.ts';
import { umlKernel } from '../kernel/uml.ts';
import { LabError } from '../lab/errors.ts';
import { progressOf } from '../lab/job.ts';
import { labSchema } from '../lab/lab-spec.ts';
import { readRecords } from '../lab/read-records.ts';
import type { EndRecord, RunRecord, SchedulingRecord, SliceRecord } from '../lab/records.ts';
import { reopenRunDirectory, resultsFile } from '../lab/run-directory.ts';
import { runLab } from '../lab/run-lab.ts';
import { openSchedulingThread } from '../lab/scheduling/thread.ts';
import type { ServicePort } from '../proxy/types.ts';
import { concludeRun, interruptible, progressDisplay } from './lab-session.ts';
import { guestMemoryMiB } from './run.ts';

/** What `run` wrote into the run record; the target is the program's own output and is taken as it is. */
const storedLab = z.object({
  kernel: z.enum(['auto', 'host', 'uml']),
  lab: labSchema,
  target: z.custom<ServicePort>((value) => typeof value === 'object' && value !== null && 'endpoints' in value),
});

interface Interrupted {
  readonly run: RunRecord;
  readonly slices: readonly SliceRecord[];
  readonly scheduled: readonly SchedulingRecord[];
  readonly end: EndRecord | undefined;
}

async function readInterrupted(file: string): Promise<Interrupted> {
  const slices: SliceRecord[] = [];
  const scheduled: SchedulingRecord[] = [];
  let run: RunRecord | undefined;
  let end: EndRecord | undefined;
  for await (const line of readRecords(file)) {
    if (line.kind === 'torn') continue;
    if (line.record.type === 'run') run = line.record;
    else if (line.record.type === 'slice') slices.push(line.record);
    else if (line.record.type === 'scheduling') scheduled.push(line.record);
    else if (line.record.type === 'end') end = line.record;
  }
  if (run === undefined) throw new LabError(`${file}: holds no run record`, 64);
  return { run, slices, scheduled, end };
}

async function resume(folder: string, json: boolean): Promise<number> {
  const file = join(folder, resultsFile);
  const { run, slices, scheduled, end: earlier } = await readInterrupted(file);
  if (earlier?.status === 'complete')
    throw new LabError(`${folder}: this run is complete; there is nothing to go on with`, 64);
  const stored = storedLab.safeParse(run.lab);
  if (!stored.success)
    throw new LabError(`${file}:1: the lab in the run record cannot be read: ${stored.error.message}`, 64);
  const writer = reopenRunDirectory(folder);
  const { signal, release } = interruptible();
  const progress = progressDisplay(process.stderr);
  try {
    const end = await runLab({
      ...stored.data,
      seed: run.seed,
      kernels: { host: hostKernel(), uml: umlKernel({ memoryMiB: guestMemoryMiB }) },
      openSchedulingThread,
      writer,
      signal,
      onProgress: progress.show,
      done: progressOf(slices),
      scheduled,
    });
    progress.end();
    return await concludeRun(folder, end, json);
  } finally {
    progress.end();
    release();
    writer.close();
  }
}

const example = `
Example: go on after Ctrl-C
  $ kubedyno resume reports/20261123-093000-default`;

export function resumeCommand(): Command {
  return new Command('resume')
    .description('go on with a run that was killed or interrupted')
    .argument('<run>', 'folder of the run')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', example)
    .action(async (folder: string, words: { readonly json?: true }) => {
      process.exitCode = await resume(folder, words.json === true);
    });
}
