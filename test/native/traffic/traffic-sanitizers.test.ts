import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { withNetns } from '../../../native/netns/index.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';
import {
  needCompiler,
  sanitizedAddon,
  sanitizerEnvironment,
  sanitizerPreload,
  sourcesIn,
} from '../../support/native-compile.ts';

const smoke = fileURLToPath(new URL('./programs/traffic-smoke.ts', import.meta.url));

describe('echo backends and injector under AddressSanitizer and UndefinedBehaviorSanitizer', () => {
  it('queue, survive resets and nonsense, and inject, and nothing is found', async function () {
    this.timeout(240_000);
    needCompiler(this);
    needNetns(this);
    const folder = await sanitizedAddon('traffic', sourcesIn('native/traffic'));
    const env = {
      ...process.env,
      ...sanitizerEnvironment,
      KUBEDYNO_ADDON_DIR: folder,
      LD_PRELOAD: sanitizerPreload().join(':'),
    };
    const output = await inPrivateNetns((netns) =>
      withNetns(netns, () =>
        execFileSync(process.execPath, ['--import', 'tsx', smoke], { env, encoding: 'utf8', timeout: 120_000 }),
      ),
    );
    assert.deepEqual(JSON.parse(output), { queued: 1, nonsense: 2, udp: 1000, tcpSyn: 1000 });
  });
});
