import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { skipBecause } from '../../support/namespaces.ts';
import { needCompiler, sanitizedProgram, sourcesIn } from '../../support/native-compile.ts';

const unshare = ['--user', '--map-root-user', '--net'];

describe('netlink socket against the running kernel, under sanitizers', function () {
  this.timeout(120_000);

  before(function () {
    needCompiler(this);
    const { status, stderr } = spawnSync('unshare', [...unshare, 'true'], { encoding: 'utf8' });
    if (status !== 0) skipBecause(this, `no user namespaces: ${stderr.trim()}`);
  });

  it('attributes 20,000 outcomes to their messages, with large and with tiny buffers', async () => {
    const sources = ['test/native/common/netlink-socket-check.cc', ...sourcesIn('native/common')];
    const program = await sanitizedProgram('netlink-socket-check', sources);
    const { status, stdout, stderr } = spawnSync('unshare', [...unshare, program], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^20000 messages, \d+ system calls\n20000 messages, \d+ system calls\n$/);
  });
});
