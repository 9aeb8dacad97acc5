import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { LoadResult } from '../../../native/traffic/index.ts';
import type { SliceLoad, SliceOptions } from '../../../src/load/index.ts';
import { closedPort, slice, withPool, withTcpServer } from '../../support/load.ts';

type Mode = SliceOptions['mode'];
const none: LoadResult['errors'] = { connect: 0, reset: 0, timeout: 0, short: 0, status: 0 };

/** One slice against a TCP server that treats connections as `serve` does. */
function against(serve: (socket: Socket) => void, changes: Partial<SliceOptions> = {}): Promise<SliceLoad> {
  return withPool((pool) => withTcpServer(serve, (port) => pool.runSlice(slice(port, changes))));
}

/** Errors of this kind alone, a bounded number of them: each connection rests 10 ms after one. */
function assertOnly(kind: keyof LoadResult['errors'], load: SliceLoad, connections = 1): void {
  const count = load.errors[kind];
  const most = connections * (load.durationNs / 10e6 + 2);
  assert.ok(count > 0 && count <= most, `${count} errors of kind ${kind}, at most ${most} expected`);
  assert.deepEqual({ ...load.errors, [kind]: 0 }, none);
}

describe('the load engine counts', () => {
  for (const mode of ['rr', 'crr', 'udp'] as const satisfies readonly Mode[]) {
    it(`a target that refuses as failed connections, without storming it: ${mode}`, async () => {
      const port = await closedPort();
      const load = await withPool((pool) => pool.runSlice(slice(port, { mode, connections: 4 })));
      assertOnly('connect', load, 4);
      assert.equal(load.requests, 0);
    });
  }

  for (const mode of ['rr', 'crr'] as const) {
    it(`connections that end before a reply as reset: ${mode}`, async () => {
      const load = await against((socket) => socket.once('data', () => socket.resetAndDestroy()), { mode });
      assertOnly('reset', load);
    });

    it(`replies that break off as short: ${mode}`, async () => {
      const load = await against((socket) => socket.once('data', () => socket.end('1234')), { mode });
      assertOnly('short', load);
    });

    it(`replies that are too long as short: ${mode}`, async () => {
      const load = await against((socket) => socket.once('data', () => socket.write('123456789')), { mode });
      assertOnly('short', load);
    });

    it(`replies that do not come as timeouts, and ends nevertheless: ${mode}`, async () => {
      const load = await against((socket) => socket.resume(), { mode, connections: 3, timeoutNs: 30e6 });
      assertOnly('timeout', load, 3);
    });
  }

  it('arrivals that a target without replies leaves no connection for as dropped', async () => {
    const load = await against((socket) => socket.resume(), {
      arrivals: { kind: 'constant', ratePerSec: 1000, seed: 1 },
      durationNs: 100e6,
      timeoutNs: 200e6,
    });
    // The only connection is busy for 200 ms, replaced, and busy again until the arrivals are given up.
    const started = load.errors.timeout;
    assert.ok(started >= 1 && started <= 2, `${started} requests`);
    assert.equal(load.droppedArrivals, 100 - started);
    assert.equal(load.queuedArrivals, started - 1);
  });

  it('errors of a target that fails now and then, and goes on with the rest', async () => {
    let requests = 0;
    const load = await against(
      (socket) =>
        socket.on('data', () => {
          requests += 1;
          if (requests % 10 === 0) socket.resetAndDestroy();
          else socket.write('12345678');
        }),
      { connections: 4, durationNs: 200e6 },
    );
    assert.ok(load.errors.reset > 0 && load.requests > load.errors.reset, JSON.stringify(load.errors));
    assert.deepEqual({ ...load.errors, reset: 0 }, none);
    assert.equal(load.requests + load.errors.reset, requests);
  });

  it('nothing against a server that closes idle connections, but opens new ones', async () => {
    const load = await against(
      (socket) =>
        socket.once('data', () => {
          socket.write('12345678');
          setTimeout(() => socket.end(), 5);
        }),
      { arrivals: { kind: 'constant', ratePerSec: 20, seed: 1 }, durationNs: 300e6 },
    );
    assert.deepEqual(load.errors, none);
    assert.equal(load.requests, 6);
  });
});
