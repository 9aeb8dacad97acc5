import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needIpvs } from '../../support/ipvs.ts';

/** The same program compiled or not, as this one is. */
const program = fileURLToPath(new URL(`./unprivileged${extname(import.meta.url)}`, import.meta.url));

describe('IPVS without CAP_NET_ADMIN', function () {
  this.timeout(60_000);

  before(function () {
    needIpvs(this);
  });

  it('says that it is not permitted, for changes and for reads', () => {
    const { status, stdout, stderr } = spawnSync(
      'setpriv',
      ['--bounding-set=-net_admin', '--inh-caps=-net_admin', process.execPath, ...process.execArgv, program],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), {
      apply: { code: 'not-permitted', accepted: 0, refused: 2 },
      services: { code: 'not-permitted', refused: 0 },
      setTimeouts: { code: 'not-permitted', refused: 0 },
      info: { code: 'not-permitted', refused: 0 },
    });
  });
});
