/** The command line: verbs, and what an error looks like to the one who typed the command. */
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../version.ts';
import { doctorCommand } from './doctor.ts';
import { loadCommand } from './load.ts';
import { proxyCommand } from './proxy-rules.ts';
import { reportCommand } from './report.ts';
import { resumeCommand } from './resume.ts';
import { runCommand } from './run.ts';
import { schedulerCommand } from './scheduler.ts';

function program(): Command {
  const root = new Command('kubedyno')
    .description(
      'A dynamometer for Kubernetes scheduling and Service networking: real decisions, real packets, no cluster',
    )
    .version(packageVersion())
    .showHelpAfterError('(add --help for usage and an example)');
  const verbs = [runCommand(), resumeCommand(), reportCommand(), doctorCommand()];
  for (const verb of [...verbs, schedulerCommand(), proxyCommand(), loadCommand()]) root.addCommand(verb);
  return root;
}

/** Usage errors end with 64 (EX_USAGE); commander's own choice would be 1. Sub-commands do not inherit the setting. */
function throwOnExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwOnExit(child);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') return error.exitCode;
  return 1;
}

/** Errors with an exit code of their own are worded for the user; anything else is a fault of ours and shows its stack. */
function report(error: unknown): void {
  if (error instanceof CommanderError) return;
  if (error instanceof Error && 'exitCode' in error) process.stderr.write(`kubedyno: ${error.message}\n`);
  else process.stderr.write(`kubedyno: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const root = program();
throwOnExit(root);
try {
  await root.parseAsync();
} catch (error) {
  report(error);
  process.exitCode = exitCodeOf(error);
}
