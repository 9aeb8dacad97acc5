import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { closedPort, withTcpServer } from '../support/load.ts';

const program = fileURLToPath(new URL('./programs/load.ts', import.meta.url));

interface Ending {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(...args: readonly string[]): { readonly child: ChildProcess; readonly ending: Promise<Ending> } {
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const ending = Promise.all([ended, text(child.stdout), text(child.stderr)]).then(
    ([[code], output, errors]): Ending => ({ code, output, errors }),
  );
  return { child, ending };
}

const echo = (socket: import('node:net').Socket): unknown => socket.on('data', (data) => socket.write(data));
const short = ['--duration', '0.2', '--warmup', '0'];

describe('kubedyno load', () => {
  it('measures a target and reports in JSON', () =>
    withTcpServer(echo, async (port) => {
      const { code, output, errors } = await start(`127.0.0.1:${port}`, ...short, '--json').ending;
      assert.equal(errors, '');
      const report = JSON.parse(output) as {
        readonly requests: number;
        readonly response: { readonly samples: number };
      };
      assert.ok(report.requests > 0);
      assert.equal(report.response.samples, report.requests);
      // A busy machine may make the slice void.
      assert.ok(code === 0 || code === 2, `exit status ${code}`);
    }));

  it('ends with status 1 when nothing answers', async () => {
    const { code, output } = await start(`127.0.0.1:${await closedPort()}`, ...short).ending;
    assert.equal(code, 1);
    assert.match(output, /errors +[\d,]+ \(connect [\d,]+\)/);
  });

  it('ends with status 64 and one line for bad input', async () => {
    const { code, output, errors } = await start('127.0.0.1:80', '--rate', '-5').ending;
    assert.equal(code, 64);
    assert.equal(output, '');
    assert.equal(errors, 'kubedyno: --rate is -5; it must be a number from 0.001 to 10000000\n');
  });

  it('ends with status 2 soon after it is interrupted', async () => {
    let interrupt = (): void => undefined;
    await withTcpServer(
      // The generator's first connection says that it runs.
      (socket) => {
        echo(socket);
        interrupt();
      },
      async (port) => {
        const { child, ending } = start(`127.0.0.1:${port}`, '--duration', '3600');
        // A second one would end the process without ado.
        interrupt = () => {
          interrupt = () => undefined;
          child.kill('SIGINT');
        };
        const { code, output, errors } = await ending;
        assert.equal(code, 2);
        assert.equal(output, '');
        assert.match(errors, /interrupted/);
      },
    );
  });
});
