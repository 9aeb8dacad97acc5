import assert from 'node:assert/strict';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { closeNetns, currentNetns } from '../../../native/netns/index.ts';
import { instantBackend, port, withEcho } from '../../support/echo.ts';
import { udpSocketIn } from '../../support/lane.ts';
import { needNetns } from '../../support/namespaces.ts';

/** A client in the namespace this thread is in. */
async function withClient(body: (client: Socket) => Promise<void>): Promise<void> {
  const here = currentNetns();
  const client = await udpSocketIn(here, '127.0.0.1', 0);
  closeNetns(here);
  try {
    await body(client);
  } finally {
    client.close();
  }
}

async function ask(client: Socket, request: Buffer, ip = '127.0.0.1'): Promise<Buffer> {
  const answered = once(client, 'message');
  client.send(request, port, ip);
  const [reply] = await answered;
  return reply;
}

describe('UDP echo backends', () => {
  before(function () {
    needNetns(this);
  });

  for (const [replyBytes, requestBytes] of [
    [64, 16],
    [8, 16],
    [100, 1000],
    [1, 0],
    [60_000, 60_000],
  ] as const) {
    it(`answer ${requestBytes} bytes with ${replyBytes} that begin like the request`, () =>
      withEcho({ protocol: 'udp', framing: { kind: 'fixed', requestBytes: 16, replyBytes } }, (server) =>
        withClient(async (client) => {
          const request = Buffer.from(Array.from({ length: requestBytes }, (_, index) => index % 251));
          const reply = await ask(client, request);
          assert.equal(reply.length, replyBytes);
          const echoed = Math.min(32, requestBytes, replyBytes);
          assert.deepEqual(reply.subarray(0, echoed), request.subarray(0, echoed));
          assert.deepEqual(server.counts(), [1]);
        }),
      ));
  }

  it('count per backend', () =>
    withEcho({ protocol: 'udp', backends: [1, 2].map(instantBackend) }, (server) =>
      withClient(async (client) => {
        for (const ip of ['127.0.0.2', '127.0.0.1', '127.0.0.2']) await ask(client, Buffer.from('ping'), ip);
        assert.deepEqual(server.counts(), [1, 2]);
      }),
    ));

  it('answer a burst, each request once', () =>
    withEcho({ protocol: 'udp', framing: { kind: 'fixed', requestBytes: 4, replyBytes: 4 } }, (server) =>
      withClient(async (client) => {
        const numbers = Array.from({ length: 150 }, (_, number) => number);
        const replies: number[] = [];
        const all = new Promise<void>((resolve) => {
          client.on('message', (reply) => {
            replies.push(reply.readUInt32BE());
            if (replies.length === numbers.length) resolve();
          });
        });
        for (const number of numbers) {
          const request = Buffer.alloc(4);
          request.writeUInt32BE(number);
          client.send(request, port, '127.0.0.1');
        }
        await all;
        assert.deepEqual(replies, numbers);
        assert.deepEqual(server.counts(), [150]);
      }),
    ));

  it('take their service time, one after the other where only one is worked on', () => {
    const serviceTime = { kind: 'fixed', meanNs: 4e6, slowFactor: 1, concurrency: 1 } as const;
    return withEcho({ protocol: 'udp', backends: [{ ...instantBackend(1), serviceTime }] }, () =>
      withClient(async (client) => {
        const startedMs = performance.now();
        for (let request = 0; request < 3; request++) client.send(Buffer.from('ping'), port, '127.0.0.1');
        for (let turn = 1; turn <= 3; turn++) {
          await once(client, 'message');
          const afterMs = performance.now() - startedMs;
          assert.ok(afterMs >= 4 * turn, `reply ${turn} after ${afterMs} ms`);
        }
      }),
    );
  });
});
