/** A program of one verb, `kubedyno load`, which treats errors as the whole program does. */
import { loadCommand } from '../../../src/cli/load.ts';
import { LoadError } from '../../../src/load/index.ts';

try {
  await loadCommand().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof LoadError)) throw error;
  process.stderr.write(`kubedyno: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
