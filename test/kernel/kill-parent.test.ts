import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { KernelName } from '../../src/kernel/types.ts';
import { hostState } from '../support/host-state.ts';
import { needGuest } from '../support/kernel.ts';
import { needNetns } from '../support/namespaces.ts';
import {
  childrenOf,
  foreignPidNamespaces,
  processesIn,
  processesWithEnvironment,
  until,
} from '../support/processes.ts';

const program = fileURLToPath(new URL('./programs/run-job.ts', import.meta.url));

interface Parent {
  readonly process: ChildProcess;
  readonly pid: number;
  /** In the environment of everything that the parent starts. */
  readonly mark: string;
}

function startParent(kernel: KernelName): Parent {
  const mark = randomUUID();
  const child = spawn(process.execPath, ['--import', 'tsx', program, kernel], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, KUBEDYNO_TEST_MARK: mark },
  });
  assert.ok(child.pid !== undefined);
  return { process: child, pid: child.pid, mark };
}

/** Resolves when the job inside the kernel has made its interfaces, rules and mounts. */
async function working({ process: { stdout } }: Parent): Promise<void> {
  assert.ok(stdout !== null);
  for await (const line of createInterface({ input: stdout })) {
    if (line.includes('"working"')) return;
  }
  assert.fail('the job ended before it was working');
}

async function kill(parent: Parent): Promise<void> {
  const exited = once(parent.process, 'exit');
  parent.process.kill('SIGKILL');
  await exited;
}

/** Kills the parent in the middle of its job and waits until everything it had started is gone. */
async function killWhileWorking(kernel: KernelName): Promise<void> {
  const parent = startParent(kernel);
  await working(parent);
  const namespaces = foreignPidNamespaces(parent.pid);
  assert.equal(namespaces.size, 1);
  assert.ok(processesIn(namespaces).length > 0);
  await kill(parent);
  await until(() => processesIn(namespaces).length === 0 && processesWithEnvironment(parent.mark).length === 0);
}

describe('kill -9 of the process that runs a kernel', function () {
  this.timeout(90_000);
  before(function () {
    needNetns(this);
  });

  it('leaves nothing of a job on the host', async () => {
    const before = hostState();
    await killWhileWorking('host');
    assert.deepEqual(hostState(), before);
  });

  it('leaves nothing of a guest', async function () {
    needGuest(this);
    const before = hostState();
    await killWhileWorking('uml');
    assert.deepEqual(hostState(), before);
  });

  it('leaves nothing when it comes before the namespaces are there', async () => {
    const before = hostState();
    const parent = startParent('uml');
    await until(() => childrenOf(parent.pid).length > 0);
    await kill(parent);
    await until(() => processesWithEnvironment(parent.mark).length === 0);
    assert.deepEqual(hostState(), before);
  });
});
