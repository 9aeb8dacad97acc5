import assert from 'node:assert/strict';
import { startEcho } from '../../../native/traffic/index.ts';
import type { SliceLoad, SliceOptions } from '../../../src/load/index.ts';
import { percentile } from '../../../src/stats/index.ts';
import { slice, withPool } from '../../support/load.ts';
import { inPrivateNetns, needNetns, runIn } from '../../support/namespaces.ts';

const port = 7;
const framing = { kind: 'fixed', requestBytes: 8, replyBytes: 8 } as const;

/** One slice against an echo backend in a namespace whose packets to it meet an iptables rule. */
function behind(rule: readonly string[], changes: Partial<SliceOptions>): Promise<SliceLoad> {
  return inPrivateNetns((netns) =>
    withPool(async (pool) => {
      runIn(netns, 'iptables-legacy', '-A', 'INPUT', '-p', 'tcp', '--dport', `${port}`, ...rule);
      const serviceTime = { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 } as const;
      const backends = [{ ip: '127.0.0.1', port, serviceTime }];
      const server = startEcho({ netns, protocol: 'tcp', framing, backends, seed: 1 });
      try {
        return await pool.runSlice(slice(port, { netns, framing, ...changes }));
      } finally {
        server.close();
      }
    }),
  );
}

const none = { connect: 0, reset: 0, timeout: 0, short: 0, status: 0 };

describe('the load engine, when packets are lost', () => {
  before(function () {
    needNetns(this);
  });

  it('waits for the second SYN, which TCP sends a second later, and counts the wait', async () => {
    const everySecond = ['--syn', '-m', 'statistic', '--mode', 'nth', '--every', '2', '--packet', '0', '-j', 'DROP'];
    const load = await behind(everySecond, { mode: 'crr', durationNs: 20e6 });
    assert.deepEqual(load.errors, none);
    assert.equal(load.requests, 1);
    assert.ok(percentile(load.service, 1) > 0.9e9, `${percentile(load.service, 1)} ns`);
  });

  for (const mode of ['rr', 'crr'] as const) {
    it(`counts connections that never come about as such: ${mode}`, async () => {
      const load = await behind(['-j', 'DROP'], { mode, timeoutNs: 50e6, durationNs: 200e6 });
      assert.equal(load.requests, 0);
      assert.ok(load.errors.connect >= 2, `${load.errors.connect} failed connections`);
      assert.deepEqual({ ...load.errors, connect: 0 }, none);
    });
  }
});
