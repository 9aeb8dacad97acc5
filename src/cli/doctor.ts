/** `kubedyno doctor`: what this machine can measure, and what to do about the rest. */
import { Command } from 'commander';
import { hostKernel } from '../kernel/host.ts';
import { reportOf } from '../kernel/report.ts';
import { umlKernel } from '../kernel/uml.ts';
import { type Diagnosis, diagnose, diagnosisText } from './doctor-text.ts';

interface DoctorWords {
  readonly json?: true;
}

/** The guest only boots and looks: it needs no room for tables. */
const probeMemoryMiB = 512;

/** Ctrl-C needs no care here: nothing is kept, and the kernels end with this process. */
async function examine(): Promise<Diagnosis[]> {
  const kernels = [hostKernel(), umlKernel({ memoryMiB: probeMemoryMiB })];
  const reports = await Promise.all(kernels.map((kernel) => reportOf(kernel)));
  return reports.map(diagnose);
}

const example = `
Example: what is missing here for IPVS?
  $ kubedyno doctor --json | jq '.kernels[] | select(.kernel == "host") | .hindrances'

Exit status: 0 when at least one kernel can measure something, 1 when none can.`;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('show what each kernel of this machine can measure, and the remedy for what it cannot')
    .option('--json', 'print it as JSON')
    .addHelpText('after', example)
    .action(async (words: DoctorWords) => {
      if (process.stderr.isTTY) process.stderr.write('asking the host kernel and booting the guest; some seconds\n');
      const kernels = await examine();
      const text = words.json === true ? JSON.stringify({ kernels }) : kernels.map(diagnosisText).join('\n\n');
      process.stdout.write(`${text}\n`);
      process.exitCode = kernels.some(({ measures }) => measures.length > 0) ? 0 : 1;
    });
}
