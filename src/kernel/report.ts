/** Asks a kernel what it can do; a kernel that cannot be started can do nothing, and says why. */
import { z } from 'zod';
import type { ProbeInput } from './probe-task.ts';
import { type AgentExit, type Kernel, type KernelReport, kernelNames, type Obstacle } from './types.ts';

const capability = z.discriminatedUnion('state', [
  z.object({ name: z.string(), state: z.literal('available'), detail: z.string().exactOptional() }),
  z.object({ name: z.string(), state: z.literal('missing'), reason: z.string(), remedy: z.string() }),
]);
const kernelReport = z.object({
  kernel: z.enum(kernelNames),
  release: z.string().exactOptional(),
  capabilities: z.array(capability),
});

/** A probe takes well under a second on a host and a few seconds in a guest; this is for one that hangs. */
const probeLimitMs = 60_000;
/** Of the console, in the reason why a kernel did not answer. */
const shownConsoleLines = 8;

/**
 * Runs the probe in the kernel. When it fails as a whole, the report has no release, and its only capability,
 * `netns`, is missing with the failure's reason and remedy.
 */
export async function reportOf(kernel: Kernel, signal?: AbortSignal): Promise<KernelReport> {
  const reports: KernelReport[] = [];
  const input: ProbeInput = { kernel: kernel.name };
  const exit = await kernel.run(
    { task: 'probe', input },
    {
      timeLimitMs: probeLimitMs,
      onRecord: (record) => reports.push(kernelReport.parse(record)),
      ...(signal === undefined ? {} : { signal }),
    },
  );
  const [report] = reports;
  if (exit.state === 'done' && report !== undefined) return report;
  return { kernel: kernel.name, capabilities: [{ name: 'netns', state: 'missing', ...whyNot(exit) }] };
}

function whyNot(exit: AgentExit): Obstacle {
  const remedy = "run 'kubedyno doctor' again; a failure that stays is worth reporting with this text";
  switch (exit.state) {
    case 'failed':
      return exit.obstacle ?? { reason: [exit.message, ...lastLines(exit.console)].join('\n'), remedy };
    case 'timed-out': {
      const reason = `the probe took longer than ${exit.afterMs / 1000} s`;
      return { reason: [reason, ...lastLines(exit.console)].join('\n'), remedy };
    }
    case 'aborted':
      return { reason: 'the probe was interrupted', remedy: 'run it again' };
    case 'done':
      return { reason: 'the probe ended without a report', remedy };
  }
}

function lastLines(console: string): string[] {
  const lines = console.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-shownConsoleLines);
}
