import assert from 'node:assert/strict';
import type { ServiceTime } from '../../../native/traffic/index.ts';
import { instantBackend, port, withEcho } from '../../support/echo.ts';
import { needNetns } from '../../support/namespaces.ts';
import { TcpClient } from '../../support/tcp-client.ts';

const meanMs = 4;

function backend(serviceTime: Partial<ServiceTime>) {
  const time = { kind: 'fixed' as const, meanNs: meanMs * 1e6, slowFactor: 1, concurrency: 0, ...serviceTime };
  return { backends: [{ ...instantBackend(1), serviceTime: time }] };
}

/** Sends one request on each of `count` connections that are in use already, and lists them in the order of their replies, with the time, ms. */
async function replyTimes(count: number): Promise<{ request: number; afterMs: number }[]> {
  const clients: TcpClient[] = [];
  for (let index = 0; index < count; index++) clients.push(await TcpClient.connect('127.0.0.1', port));
  // A connection that is not accepted yet would jump the queue: its request is read as it is accepted.
  for (const client of clients) await client.send('ping').take(2);
  const replies: { request: number; afterMs: number }[] = [];
  const startedMs = performance.now();
  await Promise.all(
    clients.map(async (client, request) => {
      await client.send('ping').take(2);
      replies.push({ request, afterMs: performance.now() - startedMs });
      client.destroy();
    }),
  );
  return replies;
}

// A reply must never come too soon; how much too late it may come depends on the machine and is not tested.
describe('a backend with a service time', () => {
  before(function () {
    needNetns(this);
  });

  it('never answers before the time is over', () =>
    withEcho(backend({}), async () => {
      for (const { afterMs } of await replyTimes(5)) assert.ok(afterMs >= meanMs, `${afterMs} ms`);
    }));

  it('takes slowFactor times as long', () =>
    withEcho(backend({ slowFactor: 5 }), async () => {
      for (const { afterMs } of await replyTimes(2)) assert.ok(afterMs >= 5 * meanMs, `${afterMs} ms`);
    }));

  it('works on as many as its concurrency allows, the others wait in line', () =>
    withEcho(backend({ concurrency: 2 }), async (server) => {
      const replies = await replyTimes(8);
      for (const [place, { afterMs }] of replies.entries()) {
        const turn = Math.floor(place / 2) + 1;
        assert.ok(afterMs >= turn * meanMs, `reply ${place} after ${afterMs} ms`);
      }
      assert.deepEqual(server.counts(), [16]);
    }));

  it('answers in the order of arrival when it works on one at a time', () =>
    withEcho(backend({ concurrency: 1 }), async () => {
      const replies = await replyTimes(6);
      assert.deepEqual(
        replies.map(({ request }) => request),
        [0, 1, 2, 3, 4, 5],
      );
    }));

  it('answers the pipelined requests of one connection, all of them', () =>
    withEcho(backend({ concurrency: 3 }), async (server) => {
      const client = await TcpClient.connect('127.0.0.1', port);
      assert.equal((await client.send('ping'.repeat(10)).end().rest()).length, 20);
      assert.deepEqual(server.counts(), [10]);
    }));

  it('drops the work of a client that has gone, and counts only what it answered', () =>
    withEcho(backend({ concurrency: 1, slowFactor: 25 }), async (server) => {
      const gone = await TcpClient.connect('127.0.0.1', port);
      gone.socket.on('error', () => undefined);
      gone.send('ping');
      const next = await TcpClient.connect('127.0.0.1', port);
      gone.socket.resetAndDestroy();
      await next.send('ping').take(2);
      next.destroy();
      assert.deepEqual(server.counts(), [1]);
    }));
});
