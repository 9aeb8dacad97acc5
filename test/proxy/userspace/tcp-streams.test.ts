import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { insideNetns } from '../../support/inside-netns.ts';
import { TcpClient } from '../../support/tcp-client.ts';
import { type ProxiedLane, useProxiedLane } from './node.ts';
import { servicePort } from './service-ports.ts';

/** Runs `body` with both ends of a connection that goes through the proxy: the client's and, behind the Service, the server's. */
async function connected(
  proxied: ProxiedLane,
  body: (client: TcpClient, server: net.Socket) => Promise<void>,
): Promise<void> {
  const listener = net.createServer({ allowHalfOpen: true });
  await insideNetns(proxied.lane.backends, async () => {
    listener.listen(9000, '10.2.0.2');
    await once(listener, 'listening');
  });
  try {
    await proxied.program(servicePort(1, [], { endpoints: [{ ip: '10.2.0.2', port: 9000, weight: 1 }] }));
    const accepted = once(listener, 'connection');
    const client = await TcpClient.connect('10.96.0.1', 80);
    const [server] = await accepted;
    await body(client, server);
  } finally {
    listener.close();
  }
}

/** Everything until the peer ends its direction; the other direction stays open. */
async function untilEnd(socket: net.Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

describe('a TCP connection through the user-space proxy', () => {
  const inProxiedLane = useProxiedLane();

  it('carries the end of the client, and the server may answer after it', () =>
    inProxiedLane((proxied) =>
      connected(proxied, async (client, server) => {
        client.send('question').end();
        assert.equal((await untilEnd(server)).toString(), 'question');
        server.end('answer');
        assert.equal((await client.rest()).toString(), 'answer');
      }),
    ));

  it('carries the end of the server, and the client may go on sending after it', () =>
    inProxiedLane((proxied) =>
      connected(proxied, async (client, server) => {
        server.end('hello');
        assert.equal((await client.rest()).toString(), 'hello');
        client.send('late').end();
        assert.equal((await untilEnd(server)).toString(), 'late');
      }),
    ));

  it('carries the reset of the server to the client', () =>
    inProxiedLane((proxied) =>
      connected(proxied, async (client, server) => {
        // Something that came through shows that the proxy's own connection stands: one that is reset before is retried.
        client.send('ping');
        await once(server, 'data');
        server.resetAndDestroy();
        await assert.rejects(client.take(1), { code: 'ECONNRESET' });
      }),
    ));

  it('carries the reset of the client to the server', () =>
    inProxiedLane((proxied) =>
      connected(proxied, async (client, server) => {
        server.resume();
        const failed = once(server, 'error');
        client.socket.resetAndDestroy();
        const [error] = await failed;
        assert.equal(error.code, 'ECONNRESET');
      }),
    ));

  it('carries megabytes both ways unchanged', () =>
    inProxiedLane((proxied) =>
      connected(proxied, async (client, server) => {
        const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) & 0xff));
        server.pipe(server);
        const received = await client.send(sent).end().rest();
        assert.ok(received.equals(sent));
      }),
    ));
});
