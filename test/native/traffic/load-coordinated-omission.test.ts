import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { Arrivals } from '../../../native/traffic/index.ts';
import type { SliceLoad } from '../../../src/load/index.ts';
import { percentile } from '../../../src/stats/index.ts';
import { countFrom, slice, withPool, withTcpServer } from '../../support/load.ts';

const stallNs = 200e6;

/** A server that stops dead for 200 ms, once, at its 50th request: its whole thread sleeps. */
function stallingOnce(): (socket: Socket) => void {
  let requests = 0;
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  return (socket) =>
    socket.on('data', () => {
      requests += 1;
      if (requests === 50) Atomics.wait(sleeper, 0, 0, stallNs / 1e6);
      socket.write('12345678');
    });
}

function measure(arrivals: Arrivals): Promise<SliceLoad> {
  return withPool((pool) =>
    withTcpServer(stallingOnce(), (port) =>
      pool.runSlice(slice(port, { connections: 1, arrivals, durationNs: 600e6 })),
    ),
  );
}

describe('a server that stalls once for 200 ms', () => {
  it('shows in the response time of every arrival meant for the stall, in the open loop', async () => {
    const load = await measure({ kind: 'constant', ratePerSec: 500, seed: 1 });
    // 500 a second for 200 ms are 100 arrivals, which wait 200, 198, 196 … ms: half of them more than half the stall.
    assert.ok(countFrom(load.response, stallNs / 2) >= 48, `${countFrom(load.response, stallNs / 2)} saw half of it`);
    assert.ok(percentile(load.response, 0.9) > stallNs / 4);
    assert.ok(load.queuedArrivals >= 90, `${load.queuedArrivals} queued`);
    // No arrival was left out: 600 ms hold 300 of them.
    assert.equal(load.requests, 300);
  });

  it('hides behind the other requests of a client that waits for it: the service time of the same load', async () => {
    const load = await measure({ kind: 'constant', ratePerSec: 500, seed: 1 });
    assert.ok(countFrom(load.service, stallNs / 2) >= 1);
    assert.ok(countFrom(load.service, stallNs / 2) <= 5);
  });

  it('hides in the closed loop, where nothing is meant to start during the stall', async () => {
    const load = await measure({ kind: 'closed' });
    const slow = countFrom(load.response, stallNs / 2);
    assert.ok(slow >= 1 && slow <= 5, `${slow} requests saw the stall`);
    assert.ok(load.requests > 200 && percentile(load.response, 0.9) < stallNs / 4);
  });
});
