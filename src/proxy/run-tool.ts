/** Runs a command of the system inside a network namespace and feeds it its standard input. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { type Netns, withNetns } from '../../native/netns/index.ts';
import { proxyErrors } from './errors.ts';

export interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  /** Debian package that has it, for the remedy. */
  readonly debianPackage: string;
}

/**
 * Resolves with what the tool printed when it has ended well.
 * @throws DataPlaneError when the tool is missing or fails, with what it printed about it.
 */
export async function runTool(netns: Netns, tool: Tool, input: string): Promise<string> {
  // The child is forked from this thread, and so it starts, and stays, in the namespace of the visit.
  const child = withNetns(netns, () => spawn(tool.command, tool.args, { stdio: ['pipe', 'pipe', 'pipe'] }));
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', (error) => reject(proxyErrors.toolMissing(tool.command, tool.debianPackage, error)));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'no status'));
  });
  // A tool that stops reading breaks the pipe; its exit status and message say more than EPIPE.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [status, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (status !== 0) throw proxyErrors.toolFailed(tool.command, status, complaint === '' ? output : complaint);
  return output;
}
