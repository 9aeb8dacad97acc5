/** The agent: the program that runs inside a kernel's private namespaces. See protocol.ts for its descriptors. */
import { readFileSync, writeSync } from 'node:fs';
import { messageOf, runAgent, type Send } from './agent.ts';
import { LineDecoder } from './line-decoder.ts';
import { abortLine } from './protocol.ts';
import { tasks } from './tasks.ts';

const recordFd = 3;
const jobFd = 4;

/** Blocking on purpose: a record that was emitted is out of this process, even if the next statement ends it. */
const send: Send = (message) => {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let written = 0; written < bytes.length; ) written += writeSync(recordFd, bytes, written);
};

function die(error: unknown): never {
  console.error(error);
  send({ type: 'failed', message: messageOf(error) });
  process.exit(1);
}
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

const abort = new AbortController();
const control = new LineDecoder((line) => {
  if (line === abortLine) abort.abort();
});
process.stdin.on('data', (chunk: Buffer) => control.push(chunk));
// The parent holds the other end as long as it lives; without it nobody wants the result.
process.stdin.on('end', () => process.exit(1));

await runAgent({
  readJob: () => readFileSync(jobFd, 'utf8'),
  tasks,
  send,
  signal: abort.signal,
  log: (error) => console.error(error),
});
// Control lines and whatever the task left open would keep the process alive.
process.exit(0);
