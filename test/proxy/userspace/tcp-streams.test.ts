import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { closeNetns, currentNetns, enterNetns, type Netns } from '../../../native/netns/index.ts';
import { needNetns } from '../../support/namespaces.ts';
import { TcpClient } from '../../support/tcp-client.ts';
import { inProxiedLane, type ProxiedLane } from './node.ts';
import { servicePort } from './service-ports.ts';

/** A Node server at 10.2.0.2:9000 in the backends' namespace, behind 10.96.0.1:80. */
async function withServer(
  { lane, program }: ProxiedLane,
  serve: (socket: net.Socket) => void,
  body: () => Promise<void>,
): Promise<void> {
  const server = net.createServer({ allowHalfOpen: true }, serve);
  await listenIn(lane.backends, server);
  try {
    await program(servicePort(1, [], { endpoints: [{ ip: '10.2.0.2', port: 9000, weight: 1 }] }));
    await body();
  } finally {
    server.close();
  }
}

/** The listening socket is made some ticks after `listen`: the thread stays there until it is. */
async function listenIn(netns: Netns, server: net.Server): Promise<void> {
  const client = currentNetns();
  enterNetns(netns);
  try {
    server.listen(9000, '10.2.0.2');
    await once(server, 'listening');
  } finally {
    enterNetns(client);
    closeNetns(client);
  }
}

describe('a TCP connection through the user-space proxy', () => {
  before(function () {
    needNetns(this);
  });

  it('carries the end of each direction by itself', () =>
    inProxiedLane((proxied) => {
      const serve = async (socket: net.Socket) => {
        // Answers only when the client has ended, which a proxy that ends both directions at once would not survive.
        const chunks: Buffer[] = [];
        for await (const chunk of socket) chunks.push(chunk);
        socket.end(Buffer.concat(chunks).reverse());
      };
      return withServer(
        proxied,
        (socket) => void serve(socket),
        async () => {
          const client = await TcpClient.connect('10.96.0.1', 80);
          assert.equal((await client.send('abcdef').end().rest()).toString(), 'fedcba');
        },
      );
    }));

  it('carries the end of the server first, and the client may go on sending', () =>
    inProxiedLane((proxied) => {
      const received = Promise.withResolvers<string>();
      const serve = async (socket: net.Socket) => {
        socket.end('hello');
        const chunks: Buffer[] = [];
        for await (const chunk of socket) chunks.push(chunk);
        received.resolve(Buffer.concat(chunks).toString());
      };
      return withServer(
        proxied,
        (socket) => void serve(socket),
        async () => {
          const client = await TcpClient.connect('10.96.0.1', 80);
          assert.equal((await client.rest()).toString(), 'hello');
          client.send('late').end();
          assert.equal(await received.promise, 'late');
        },
      );
    }));

  it('carries the reset of the server to the client', () =>
    inProxiedLane((proxied) =>
      withServer(
        proxied,
        (socket) => socket.once('data', () => socket.resetAndDestroy()),
        async () => {
          const client = await TcpClient.connect('10.96.0.1', 80);
          await assert.rejects(client.send('ping').take(1), { code: 'ECONNRESET' });
        },
      ),
    ));

  it('carries the reset of the client to the server', () =>
    inProxiedLane((proxied) => {
      const failure = Promise.withResolvers<NodeJS.ErrnoException>();
      const serve = (socket: net.Socket) => {
        socket.on('error', failure.resolve);
        socket.write('ready');
        socket.resume();
      };
      return withServer(proxied, serve, async () => {
        const client = await TcpClient.connect('10.96.0.1', 80);
        await client.take(5);
        client.socket.resetAndDestroy();
        assert.equal((await failure.promise).code, 'ECONNRESET');
      });
    }));

  it('carries megabytes both ways unchanged', () =>
    inProxiedLane((proxied) =>
      withServer(
        proxied,
        (socket) => socket.pipe(socket),
        async () => {
          const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) & 0xff));
          const client = await TcpClient.connect('10.96.0.1', 80);
          const received = await client.send(sent).end().rest();
          assert.ok(received.equals(sent));
        },
      ),
    ));
});
