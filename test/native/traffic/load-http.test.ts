import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { SliceLoad, SliceOptions } from '../../../src/load/index.ts';
import { slice, withPool, withTcpServer } from '../../support/load.ts';

const none = { connect: 0, reset: 0, timeout: 0, short: 0, status: 0 };
const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** One slice of GETs against a server that answers each with what `answer` does. */
function against(answer: (socket: Socket) => void, changes: Partial<SliceOptions> = {}): Promise<SliceLoad> {
  return withPool((pool) =>
    withTcpServer(
      (socket) => socket.on('data', () => answer(socket)),
      (port) => pool.runSlice(slice(port, { framing: { kind: 'http', path: '/health?x=1' }, ...changes })),
    ),
  );
}

describe('HTTP load', () => {
  it('asks as RFC 9112 says, and keeps the connection', async () => {
    const seen = new Set<string>();
    const load = await withPool((pool) =>
      withTcpServer(
        (socket) =>
          socket.on('data', (data) => {
            seen.add(data.toString('latin1').replace(/:\d+\r\n/, ':PORT\r\n'));
            socket.write(plain);
          }),
        (port) => pool.runSlice(slice(port, { framing: { kind: 'http', path: '/health?x=1' } })),
      ),
    );
    assert.deepEqual([...seen], ['GET /health?x=1 HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n']);
    assert.ok(load.requests > 1);
  });

  it('reads a reply that comes in pieces', async () => {
    const load = await against((socket) => {
      socket.write(plain.slice(0, 20));
      setImmediate(() => socket.write(plain.slice(20)));
    });
    assert.ok(load.requests > 1);
    assert.deepEqual(load.errors, none);
  });

  it('counts replies that say no as errors of status, on the same connection', async () => {
    const load = await against((socket) => socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
    assert.equal(load.requests, 0);
    assert.ok(load.errors.status > 1);
    assert.deepEqual({ ...load.errors, status: 0 }, none);
  });

  it('counts a reply of another protocol as short', async () => {
    const load = await against((socket) => socket.write('220 smtp ready\r\n'));
    assert.ok(load.errors.short > 0);
    assert.deepEqual({ ...load.errors, short: 0 }, none);
  });

  for (const [name, reply] of [
    ['says that it closes', `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok`],
    ['closes to end its reply', 'HTTP/1.1 200 OK\r\n\r\nok'],
  ] as const) {
    it(`connects again after a server that ${name}`, async () => {
      const load = await against((socket) => socket.end(reply));
      assert.ok(load.requests > 1);
      assert.deepEqual(load.errors, none);
    });
  }

  it('announces that it will close when every request has its own connection', async () => {
    const load = await withPool((pool) =>
      withTcpServer(
        (socket) => socket.on('data', (data) => socket.end(data.includes('\r\nConnection: close\r\n') ? plain : 'no')),
        (port) => pool.runSlice(slice(port, { mode: 'crr', framing: { kind: 'http', path: '/' } })),
      ),
    );
    assert.ok(load.requests > 1);
    assert.deepEqual(load.errors, none);
  });
});
