/** `kubedyno run`: a lab from its file to its report. */
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { packageRoot } from '../../native/load.ts';
import { hostKernel } from '../kernel/host.ts';
import { umlKernel } from '../kernel/uml.ts';
import { gitFingerprint, machineFingerprint } from '../lab/fingerprint.ts';
import { quicken } from '../lab/lab-spec.ts';
import { loadLab } from '../lab/load-lab.ts';
import { resultsSchema } from '../lab/records.ts';
import { createRunDirectory, runName } from '../lab/run-directory.ts';
import { type KernelChoice, runLab } from '../lab/run-lab.ts';
import { openSchedulingThread } from '../lab/scheduling/thread.ts';
import { packageVersion } from '../version.ts';
import { concludeRun, interruptible, progressDisplay } from './lab-session.ts';

interface RunWords {
  readonly out: string;
  readonly seed: number;
  readonly kernel: KernelChoice;
  readonly quick?: true;
  readonly json?: true;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('it must be a whole number, 0 or more');
  return value;
}

/** IPVS with the scheduler mh keeps 32 kB for each of 10,000 Services. */
export const guestMemoryMiB = 4096;

async function run(file: string, words: RunWords): Promise<number> {
  const loaded = await loadLab(file);
  const lab = words.quick === true ? quicken(loaded.lab) : loaded.lab;
  const startedAt = new Date();
  const id = runName(startedAt, lab.metadata.name);
  const { path, writer } = createRunDirectory(words.out, id);
  for (const note of loaded.notes) process.stderr.write(`note: ${note}\n`);
  const git = gitFingerprint(packageRoot());
  const { signal, release } = interruptible();
  const progress = progressDisplay(process.stderr);
  try {
    writer.append({
      type: 'run',
      schema: resultsSchema,
      id,
      startedAt: startedAt.toISOString(),
      seed: words.seed,
      version: packageVersion(),
      ...(git === undefined ? {} : { git }),
      quick: words.quick === true,
      machine: machineFingerprint(),
      lab: { kernel: words.kernel, lab, target: loaded.target },
    });
    const end = await runLab({
      lab,
      target: loaded.target,
      seed: words.seed,
      kernel: words.kernel,
      kernels: { host: hostKernel(), uml: umlKernel({ memoryMiB: guestMemoryMiB }) },
      openSchedulingThread,
      writer,
      signal,
      onProgress: progress.show,
    });
    progress.end();
    return await concludeRun(path, end, words.json === true);
  } finally {
    progress.end();
    release();
    writer.close();
  }
}

const example = `
Example: the default lab in under a minute
  $ kubedyno run --quick

Exit status: 0 complete, 1 failed or interrupted (what was measured is kept), 2 no valid slice, 64 wrong input.`;

export function runCommand(): Command {
  return new Command('run')
    .description('run a lab on the kernels of this machine and write its report')
    .argument('[lab]', 'lab file (default: the default lab)', join(packageRoot(), 'examples', 'default-lab.yaml'))
    .option('--out <dir>', 'where the folder of the run is made', 'reports')
    .option('--seed <n>', 'the same seed gives the same order, arrivals and Services', wholeNumber, 1)
    .addOption(
      new Option('--kernel <kernel>', 'auto: the host, and the guest for what the host lacks')
        .choices(['auto', 'host', 'uml'])
        .default('auto'),
    )
    .option('--quick', 'a fraction of the time: two Service counts, IPVS schedulers in balance only')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', example)
    .action(async (file: string, words: RunWords) => {
      process.exitCode = await run(file, words);
    });
}
