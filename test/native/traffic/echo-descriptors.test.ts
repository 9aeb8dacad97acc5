import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { moduleExtension } from '../../../src/proxy/userspace/thread.ts';
import { port } from '../../support/echo.ts';
import { insideNetns } from '../../support/inside-netns.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';
import { TcpClient } from '../../support/tcp-client.ts';

/** A command that runs a fixture with 64 descriptors at most. */
function withFewDescriptors(fixture: string): [command: string, args: string[]] {
  const script = fileURLToPath(new URL(`./fixtures/${fixture}${moduleExtension}`, import.meta.url));
  return ['bash', ['-c', 'ulimit -n 64; exec "$0" --import tsx "$1"', process.execPath, script]];
}

async function isAnswered(): Promise<boolean> {
  const client = await TcpClient.connect('127.0.0.1', port);
  try {
    return (await client.send('ping').take(2)).length === 2;
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}

describe('an echo server that runs out of descriptors', () => {
  before(function () {
    needNetns(this);
  });

  it('says so at the start', () => {
    const output = execFileSync(...withFewDescriptors('few-descriptors'), { encoding: 'utf8' });
    const message = /^too-many-descriptors listen on TCP 127\.0\.0\.\d+:8080: Too many open files; raise the limit/;
    assert.match(output, message);
  });

  it('turns connections away instead of leaving them to wait, and takes new ones when there is room again', () =>
    inPrivateNetns((netns) =>
      insideNetns(netns, async () => {
        const server = spawn(...withFewDescriptors('poor-server'), { stdio: ['pipe', 'pipe', 'inherit'] });
        try {
          await once(server.stdout, 'data');
          const clients = await Promise.all(Array.from({ length: 80 }, () => TcpClient.connect('127.0.0.1', port)));
          const outcomes = await Promise.allSettled(clients.map((client) => client.send('ping').take(2)));
          const answered = outcomes.filter(({ status }) => status === 'fulfilled').length;
          assert.ok(answered > 0 && answered < 64, `${answered} of 80 were answered`);
          for (const client of clients) client.destroy();
          // The server may notice the newcomer before the last of those that left; the time limit ends a vain wait.
          while (!(await isAnswered())) await turn();
        } finally {
          server.stdin.end();
          await once(server, 'exit');
        }
      }),
    ));
});
