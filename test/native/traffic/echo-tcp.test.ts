import assert from 'node:assert/strict';
import { once } from 'node:events';
import fc from 'fast-check';
import { instantBackend, port, withEcho } from '../../support/echo.ts';
import { needNetns } from '../../support/namespaces.ts';
import { TcpClient } from '../../support/tcp-client.ts';

describe('TCP echo backends with fixed framing', () => {
  before(function () {
    needNetns(this);
  });

  it('answer every whole request, however the bytes are cut', () =>
    withEcho({ framing: { kind: 'fixed', requestBytes: 7, replyBytes: 3 } }, async (server) => {
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }), async (pieces) => {
          const client = await TcpClient.connect('127.0.0.1', port);
          for (const size of pieces) client.send(Buffer.alloc(size));
          const replies = await client.end().rest();
          const requests = Math.floor(pieces.reduce((sum, size) => sum + size, 0) / 7);
          answered += requests;
          assert.equal(replies.length, requests * 3);
        }),
        { numRuns: 60 },
      );
      assert.deepEqual(server.counts(), [answered]);
    }));

  it('count per backend, in the order given', () =>
    withEcho({ backends: [1, 2, 3].map(instantBackend) }, async (server) => {
      for (const [index, requests] of [5, 0, 9].entries()) {
        for (let request = 0; request < requests; request++) {
          const client = await TcpClient.connect(`127.0.0.${index + 1}`, port);
          await client.send('ping').take(2);
          client.destroy();
        }
      }
      assert.deepEqual(server.counts(), [5, 0, 9]);
    }));

  it('keep a connection for as many requests as it brings', () =>
    withEcho({}, async (server) => {
      const client = await TcpClient.connect('127.0.0.1', port);
      for (let request = 0; request < 200; request++) await client.send('ping').take(2);
      client.destroy();
      assert.deepEqual(server.counts(), [200]);
    }));

  it('serve many connections at once', () =>
    withEcho({}, async (server) => {
      const clients = await Promise.all(Array.from({ length: 300 }, () => TcpClient.connect('127.0.0.1', port)));
      for (let round = 0; round < 3; round++) {
        await Promise.all(clients.map((client) => client.send('ping').take(2)));
      }
      for (const client of clients) client.destroy();
      assert.deepEqual(server.counts(), [900]);
    }));

  it('write replies larger than the socket takes at once, to a client that is slow to read', () =>
    withEcho({ framing: { kind: 'fixed', requestBytes: 1, replyBytes: 8_000_000 } }, async () => {
      const client = await TcpClient.connect('127.0.0.1', port);
      client.socket.pause();
      client.send('ab').end();
      // A second connection is served meanwhile: the first one blocks nobody.
      const other = await TcpClient.connect('127.0.0.1', port);
      await other.send('a').take(8_000_000);
      other.destroy();
      client.socket.resume();
      assert.equal((await client.rest()).length, 16_000_000);
    }));

  it('answer what a client pipelined beyond the limit, after it was read', () =>
    withEcho({ framing: { kind: 'fixed', requestBytes: 1, replyBytes: 1 } }, async (server) => {
      const client = await TcpClient.connect('127.0.0.1', port);
      const replies = await client.send(Buffer.alloc(100_000)).end().rest();
      assert.equal(replies.length, 100_000);
      assert.deepEqual(server.counts(), [100_000]);
    }));

  it('are not disturbed by clients that reset, at any moment', () =>
    withEcho({}, async (server) => {
      for (const bytes of ['', 'pi', 'ping', 'pingpingpi']) {
        for (let round = 0; round < 20; round++) {
          const client = await TcpClient.connect('127.0.0.1', port);
          if (bytes !== '') client.send(bytes);
          client.socket.on('error', () => undefined);
          client.socket.resetAndDestroy();
          await once(client.socket, 'close');
        }
      }
      const client = await TcpClient.connect('127.0.0.1', port);
      await client.send('ping').take(2);
      client.destroy();
      assert.ok((server.counts()[0] ?? 0) >= 1);
    }));
});
