import assert from 'node:assert/strict';
import { readlinkSync } from 'node:fs';
import { hostKernel } from '../../src/kernel/host.ts';
import { execIn } from '../support/kernel.ts';
import { needNetns } from '../support/namespaces.ts';
import { childrenOf, foreignPidNamespaces, processesIn } from '../support/processes.ts';

/** The process that this test's only session runs in: setpriv, which becomes unshare. */
function sessionPid(before: readonly number[]): number | undefined {
  return childrenOf(process.pid).find((pid) => !before.includes(pid));
}

describe('a job on the host kernel', () => {
  before(function () {
    needNetns(this);
  });

  it('runs as root of namespaces of its own', async () => {
    const namespaces = ['net', 'mnt', 'pid'];
    const script = `id -u; for n in ${namespaces.join(' ')}; do readlink /proc/self/ns/$n; done`;
    const { exit, stdout } = await execIn(hostKernel(), { command: 'sh', args: ['-c', script] });
    assert.deepEqual(exit, { state: 'done' });
    const [uid, ...inside] = stdout;
    assert.equal(uid, '0');
    assert.equal(inside.length, namespaces.length);
    for (const [index, name] of namespaces.entries()) {
      assert.notEqual(inside[index], readlinkSync(`/proc/self/ns/${name}`), name);
    }
  });

  it('sees a loopback that is up and no other interface, and may write to /run', async () => {
    const script = 'ip -o link; : >/run/xtables.lock && echo "$TMPDIR"';
    const { stdout } = await execIn(hostKernel(), { command: 'sh', args: ['-c', script] });
    assert.equal(stdout.length, 2);
    assert.match(stdout[0] ?? '', /^1: lo: <LOOPBACK,UP/);
    assert.equal(stdout[1], '/run/tmp');
  });

  it('tells standard output from standard error and hands on the exit code', async () => {
    const script = 'echo out; echo err >&2; printf unfinished; exit 3';
    const { exit, records } = await execIn(hostKernel(), { command: 'sh', args: ['-c', script] });
    assert.deepEqual(exit, { state: 'done' });
    assert.deepEqual(
      records.filter((record) => record.type === 'output' && record.stream === 'stdout'),
      [
        { type: 'output', stream: 'stdout', line: 'out' },
        { type: 'output', stream: 'stdout', line: 'unfinished' },
      ],
    );
    assert.deepEqual(records.at(-1), { type: 'exited', code: 3, signal: null });
    assert.ok(
      records.some((record) => record.type === 'output' && record.stream === 'stderr' && record.line === 'err'),
    );
  });

  it('streams records as they are made, and stops when it is told to', async () => {
    const abort = new AbortController();
    const { exit, records } = await execIn(
      hostKernel(),
      { command: 'sh', args: ['-c', 'echo working; exec sleep 1000'] },
      { signal: abort.signal, onLine: () => abort.abort() },
    );
    assert.deepEqual(exit, { state: 'aborted' });
    assert.deepEqual(records, [
      { type: 'output', stream: 'stdout', line: 'working' },
      { type: 'exited', code: null, signal: 'SIGTERM' },
    ]);
  });

  it('does not begin when it is aborted already', async () => {
    const { exit, records } = await execIn(
      hostKernel(),
      { command: 'true', args: [] },
      { signal: AbortSignal.abort() },
    );
    assert.deepEqual(exit, { state: 'aborted' });
    assert.deepEqual(records, []);
  });

  it('ends at its time limit', async () => {
    const { exit } = await execIn(hostKernel(), { command: 'sleep', args: ['1000'] }, { timeLimitMs: 300 });
    assert.deepEqual(exit, { state: 'timed-out', afterMs: 300, console: '' });
  });

  it('rejects with the very error that the receiver of records threw', async () => {
    const full = new Error('no space left on device');
    const running = hostKernel().run(
      { task: 'exec', input: { command: 'sh', args: ['-c', 'echo one; exec sleep 1000'] } },
      {
        timeLimitMs: 60_000,
        onRecord: () => {
          throw full;
        },
      },
    );
    await assert.rejects(running, full);
  });

  it('fails with the reason when the task cannot be carried out', async () => {
    const { exit } = await execIn(hostKernel(), { command: '/nowhere/program', args: [] });
    assert.ok(exit.state === 'failed');
    assert.match(exit.message, /\/nowhere\/program ENOENT/);
  });

  it('fails with the signal when the agent is killed', async () => {
    const before = childrenOf(process.pid);
    const { exit } = await execIn(
      hostKernel(),
      { command: 'sh', args: ['-c', 'echo working; exec sleep 1000'] },
      {
        onLine: () => {
          const [agent] = childrenOf(sessionPid(before) ?? 0);
          assert.ok(agent !== undefined);
          process.kill(agent, 'SIGKILL');
        },
      },
    );
    assert.ok(exit.state === 'failed');
    assert.match(exit.message, /the agent was killed by SIGKILL before its job was done/);
  });

  it('leaves no process behind, not even one that nobody waits for', async () => {
    let namespaces: ReadonlySet<string> = new Set();
    const { exit } = await execIn(
      hostKernel(),
      { command: 'sh', args: ['-c', 'setsid sleep 1000 >/dev/null 2>&1 & echo working'] },
      {
        onLine: () => {
          namespaces = foreignPidNamespaces(process.pid);
        },
      },
    );
    assert.deepEqual(exit, { state: 'done' });
    assert.equal(namespaces.size, 1);
    assert.deepEqual(processesIn(namespaces), []);
  });
});
