import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../../native/load.ts';
import { withNetns } from '../../../native/netns/index.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';
import {
  needCompiler,
  sanitizedAddon,
  sanitizerEnvironment,
  sanitizerPreload,
  sourcesIn,
} from '../../support/native-compile.ts';
import { allowedOutcomes } from './session-outcomes.ts';
import { needIptables } from './tools.ts';

describe('The iptables addon under AddressSanitizer and UndefinedBehaviorSanitizer', function () {
  this.timeout(180_000);

  before(function () {
    needCompiler(this);
    needIptables(this);
  });

  it('reads, replaces and is refused without a finding', async () => {
    const folder = await sanitizedAddon('iptables', sourcesIn('native/iptables'));
    const session = join(packageRoot(), 'test/native/iptables/session.ts');
    await inPrivateNetns((netns) => {
      const { status, stdout, stderr } = withNetns(netns, () =>
        spawnSync(process.execPath, ['--import', 'tsx', session], {
          cwd: packageRoot(),
          encoding: 'utf8',
          env: {
            ...process.env,
            ...sanitizerEnvironment,
            KUBEDYNO_ADDON_DIR: folder,
            LD_PRELOAD: sanitizerPreload().join(':'),
          },
        }),
      );
      assert.equal(status, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), allowedOutcomes);
    });
  });
});
