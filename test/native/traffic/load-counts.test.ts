import assert from 'node:assert/strict';
import { type EchoServer, type Framing, startEcho } from '../../../native/traffic/index.ts';
import type { SliceLoad, SliceOptions } from '../../../src/load/index.ts';
import { totalErrors } from '../../../src/load/index.ts';
import { totalCount } from '../../../src/stats/index.ts';
import { slice, withPool } from '../../support/load.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';

const fixed: Framing = { kind: 'fixed', requestBytes: 64, replyBytes: 200 };
const longest: Framing = { kind: 'fixed', requestBytes: 65_507, replyBytes: 65_507 };
const http: Framing = { kind: 'http', path: '/' };
const open = { kind: 'poisson', ratePerSec: 2000, seed: 3 } as const;
const closed = { kind: 'closed' } as const;
const port = 8080;

/** One slice against a native echo backend in a namespace of its own, and what the backend counted. */
function measure(changes: Partial<SliceOptions>): Promise<{ readonly load: SliceLoad; readonly served: number }> {
  return inPrivateNetns((netns) =>
    withPool(async (pool) => {
      const options = slice(port, { netns, connections: 8, framing: fixed, ...changes });
      const server: EchoServer = startEcho({
        netns,
        protocol: options.mode === 'udp' ? 'udp' : 'tcp',
        framing: options.framing,
        backends: [
          { ip: options.target.ip, port, serviceTime: { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 } },
        ],
        seed: 1,
      });
      try {
        const load = await pool.runSlice(options);
        return { load, served: server.counts()[0] ?? 0 };
      } finally {
        server.close();
      }
    }),
  );
}

describe('client and server count the same requests', () => {
  before(function () {
    needNetns(this);
  });

  const cases: readonly (readonly [string, Partial<SliceOptions>])[] = [
    ['kept connections, closed loop', { mode: 'rr', arrivals: closed }],
    ['kept connections, open loop', { mode: 'rr', arrivals: open }],
    ['a connection each, closed loop', { mode: 'crr', arrivals: closed }],
    ['a connection each, open loop', { mode: 'crr', arrivals: open }],
    ['UDP, closed loop', { mode: 'udp', arrivals: closed }],
    ['UDP, open loop', { mode: 'udp', arrivals: open }],
    ['many connections', { mode: 'rr', arrivals: closed, connections: 500 }],
    ['the longest datagrams', { mode: 'udp', framing: longest, arrivals: open }],
    ['long messages', { mode: 'rr', framing: longest, arrivals: closed }],
    ['HTTP on kept connections', { mode: 'rr', framing: http, arrivals: closed }],
    ['HTTP, a connection each', { mode: 'crr', framing: http, arrivals: closed }],
    ['over IPv6', { target: { ip: '::1', port }, sources: ['::1'], mode: 'crr', arrivals: closed }],
    ['from several addresses', { mode: 'crr', arrivals: open, sources: ['127.0.0.2', '127.0.0.3', '127.0.0.4'] }],
  ];
  for (const [name, changes] of cases) {
    it(name, async () => {
      const { load, served } = await measure(changes);
      assert.equal(load.requests, served);
      assert.ok(load.requests > 50, `only ${load.requests} requests`);
      assert.equal(totalErrors(load.errors), 0);
      assert.equal(totalCount(load.response), load.requests);
      assert.equal(totalCount(load.service), load.requests);
      assert.equal(totalCount(load.lateness), changes.arrivals?.kind === 'closed' ? 0 : load.requests);
    });
  }

  it('less the warm-up', async () => {
    const { load, served } = await measure({ warmupNs: 100e6, arrivals: open });
    assert.ok(load.requests > 0 && served > load.requests, `${load.requests} of ${served}`);
  });
});
