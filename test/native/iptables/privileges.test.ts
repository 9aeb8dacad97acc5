import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../native/load.ts';
import { allowedOutcomes } from './session-outcomes.ts';
import { needIptables } from './tools.ts';

/** Runs session.ts behind a command that changes what it may do, with a lock file of its own. */
function sessionBehind(...command: readonly string[]): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'kubedyno-session-'));
  try {
    const [program = '', ...args] = [
      ...command,
      process.execPath,
      '--import',
      'tsx',
      join(packageRoot(), 'test/native/iptables/session.ts'),
    ];
    const env = { ...process.env, XTABLES_LOCKFILE: join(folder, 'xtables.lock') };
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: packageRoot(), encoding: 'utf8', env });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('The iptables interface', function () {
  this.timeout(60_000);

  before(function () {
    needIptables(this);
  });

  it('is open to whoever is root in a user namespace of his own', () => {
    assert.deepEqual(sessionBehind('unshare', '--user', '--map-root-user', '--net', '--mount'), allowedOutcomes);
  });

  it('is closed without CAP_NET_ADMIN: not-permitted, for reads and for changes', () => {
    const drop = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'];
    const outcomes = sessionBehind('unshare', '--net', ...drop);
    assert.equal(outcomes.written, 'not-permitted');
    assert.equal(outcomes.otherSet, 'not-permitted');
  });

  it('is closed without CAP_NET_RAW, which opening its socket takes: not-permitted', () => {
    const drop = ['setpriv', '--bounding-set=-net_raw', '--inh-caps=-net_raw'];
    assert.equal(sessionBehind('unshare', '--net', ...drop).written, 'not-permitted');
  });
});
