import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { KernelName, KernelReport } from '../../src/kernel/types.ts';
import { needGuest } from '../support/kernel.ts';
import { skipBecause } from '../support/namespaces.ts';

const program = fileURLToPath(new URL('./programs/report.ts', import.meta.url));

/** The user and group nobody of Debian and most others. */
const nobody = 65_534;

function asNobody(command: string, ...args: readonly string[]): { readonly status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    uid: nobody,
    gid: nobody,
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent' },
  });
  return { status, output: status === 0 ? stdout : stderr };
}

function available(kernel: KernelName): string[] {
  const { status, output } = asNobody(
    process.execPath,
    '--import',
    pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
    program,
    kernel,
  );
  assert.equal(status, 0, output);
  const report = JSON.parse(output) as KernelReport;
  return report.capabilities.filter(({ state }) => state === 'available').map(({ name }) => name);
}

describe('a user who is not root', function () {
  this.timeout(90_000);
  before(function () {
    if (process.getuid?.() !== 0) skipBecause(this, 'only root can become another user for a test');
    if (asNobody('test', '-r', program).status !== 0) skipBecause(this, 'nobody may not read this folder');
    if (asNobody('unshare', '--user', '--map-root-user', '--net', 'true').status !== 0) {
      skipBecause(this, 'this system gives user namespaces to root only');
    }
  });

  it('can measure on the host kernel', () => {
    const names = available('host');
    for (const name of ['netns', 'veth', 'packet-socket', 'conntrack']) assert.ok(names.includes(name), name);
  });

  it('can boot the guest and measure IPVS there', function () {
    needGuest(this);
    const names = available('uml');
    for (const name of ['netns', 'veth', 'dummy', 'packet-socket', 'ipvs', 'ipvs-rr', 'ipvs-mh', 'iptables-legacy']) {
      assert.ok(names.includes(name), name);
    }
  });
});
