import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { needNetns } from '../../support/namespaces.ts';
import {
  needCompiler,
  sanitizedAddon,
  sanitizerEnvironment,
  sanitizerPreload,
  sourcesIn,
} from '../../support/native-compile.ts';

const smoke = fileURLToPath(new URL('./programs/load-smoke.ts', import.meta.url));

interface Outcome {
  readonly slow?: boolean;
  readonly requests?: number;
  readonly timeouts?: number;
  readonly refused?: number;
}

describe('the load engine under AddressSanitizer and UndefinedBehaviorSanitizer', () => {
  it('answers, times out and is refused in every mode, and nothing is found', async function () {
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
    const output = execFileSync(process.execPath, ['--import', 'tsx', smoke], { env, encoding: 'utf8' });
    const outcomes = JSON.parse(output) as readonly Outcome[];
    assert.equal(outcomes.length, 15);
    for (const { slow, requests, timeouts, refused } of outcomes) {
      if (refused !== undefined) assert.ok(refused > 0, output);
      else assert.ok(slow === true ? requests === 0 && Number(timeouts) > 0 : Number(requests) > 0, output);
    }
  });
});
