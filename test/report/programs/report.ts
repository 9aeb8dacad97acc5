/** The report verb as a program of its own, for tests of what the file system may do to it. */
import { reportCommand } from '../../../src/cli/report.ts';

try {
  await reportCommand().parseAsync(process.argv.slice(2), { from: 'user' });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof Error && 'exitCode' in error ? Number(error.exitCode) : 1;
}
