/** One thing tried in a kernel, in a throw-away namespace, and what to say when it does not work. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { closeNetns, createNetns, type Netns, NetnsError, withNetns } from '../../../native/netns/index.ts';
import type { Capability, KernelName } from '../types.ts';

export interface Trial {
  readonly name: string;
  /** Does it in a fresh namespace; resolves with a detail worth showing, if there is one, and throws when it cannot. */
  readonly attempt: (netns: Netns) => Promise<string | undefined>;
  readonly remedy: (kernel: KernelName) => string;
}

/** A failure whose text is the reason to show, without a remedy in it. */
export class TrialFailure extends Error {
  override readonly name = 'TrialFailure';
}

function reasonOf(error: unknown): string {
  if (error instanceof NetnsError) return error.reason;
  return error instanceof Error ? error.message : String(error);
}

/** Makes the attempt; whatever is thrown becomes the reason of a missing capability. */
export async function tryOut({ name, attempt, remedy }: Trial, kernel: KernelName): Promise<Capability> {
  try {
    const netns = createNetns();
    try {
      const detail = await attempt(netns);
      return { name, state: 'available', ...(detail === undefined ? {} : { detail }) };
    } finally {
      closeNetns(netns);
    }
  } catch (error) {
    return { name, state: 'missing', reason: reasonOf(error), remedy: remedy(kernel) };
  }
}

/** What comes after them repeats the input. */
const shownComplaintLines = 2;

/**
 * Runs a tool in the namespace and resolves with the first line it printed.
 * @throws TrialFailure with the beginning of its complaint, or when it is not installed
 */
export async function runTool(netns: Netns, command: string, args: readonly string[], input = ''): Promise<string> {
  const child = withNetns(netns, () => spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] }));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', () => reject(new TrialFailure(`the program ${command} is not installed`)));
    child.once('close', resolve);
  });
  // A tool that fails early stops reading; its complaint says more than a broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) {
    const said = complaint
      .trim()
      .split(/\s*\n\s*/)
      .slice(0, shownComplaintLines)
      .join(' ');
    throw new TrialFailure(`${command}: ${said === '' ? `exit code ${code}` : said}`);
  }
  return output.split('\n')[0] ?? '';
}
