import assert from 'node:assert/strict';
import { startEcho } from '../../../native/traffic/index.ts';
import { percentile } from '../../../src/stats/index.ts';
import { slice, withPool } from '../../support/load.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';

const delayNs = 20e6;

describe('a backend that takes 20 ms', () => {
  before(function () {
    needNetns(this);
  });

  for (const mode of ['rr', 'crr', 'udp'] as const) {
    for (const loop of ['closed', 'open'] as const) {
      it(`is measured to take 20 ms: ${mode}, ${loop} loop`, () =>
        inPrivateNetns((netns) =>
          withPool(async (pool) => {
            const framing = { kind: 'fixed', requestBytes: 8, replyBytes: 8 } as const;
            const serviceTime = { kind: 'fixed', meanNs: delayNs, slowFactor: 1, concurrency: 0 } as const;
            const server = startEcho({
              netns,
              protocol: mode === 'udp' ? 'udp' : 'tcp',
              framing,
              backends: [{ ip: '127.0.0.1', port: 7, serviceTime }],
              seed: 1,
            });
            try {
              const load = await pool.runSlice(
                slice(7, {
                  netns,
                  mode,
                  framing,
                  connections: 32,
                  arrivals: loop === 'closed' ? { kind: 'closed' } : { kind: 'poisson', ratePerSec: 500, seed: 1 },
                  durationNs: 200e6,
                }),
              );
              for (const histogram of [load.service, load.response]) {
                // No reply is early; half of them are not later than a busy machine makes them.
                assert.ok(percentile(histogram, 0) >= delayNs * (1 - 1 / 128), `${percentile(histogram, 0)} ns`);
                assert.ok(percentile(histogram, 0.5) < 1.5 * delayNs, `${percentile(histogram, 0.5)} ns`);
              }
            } finally {
              server.close();
            }
          }),
        ));
    }
  }
});
