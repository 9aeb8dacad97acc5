import assert from 'node:assert/strict';
import { monotonicNs } from '../../../native/traffic/index.ts';

describe('the native clock', () => {
  it('is the monotonic clock of the process', () => {
    for (let reading = 0; reading < 1000; reading++) {
      const before = Number(process.hrtime.bigint());
      const now = monotonicNs();
      const after = Number(process.hrtime.bigint());
      assert.ok(before <= now && now <= after, `${now} is not within ${before} and ${after}`);
    }
  });
});
