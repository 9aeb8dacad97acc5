/** Small loads on servers of the test's own, over loopback. */
import { once } from 'node:events';
import net from 'node:net';
import { allowedCpus, LoadPool, type LoadPoolOptions, type SliceOptions } from '../../src/load/index.ts';
import { bucketLowNs, type HistogramCounts } from '../../src/stats/index.ts';

/** One closed-loop connection that exchanges 8 bytes for 8 bytes; `changes` makes of it what the test needs. */
export function slice(port: number, changes: Partial<SliceOptions> = {}): SliceOptions {
  return {
    mode: 'rr',
    target: { ip: '127.0.0.1', port },
    sources: [],
    connections: 1,
    framing: { kind: 'fixed', requestBytes: 8, replyBytes: 8 },
    arrivals: { kind: 'closed' },
    warmupNs: 0,
    durationNs: 100e6,
    timeoutNs: 2e9,
    ...changes,
  };
}

/** Runs `body` with a pool of one generator on the last CPU, or what `options` say, and closes it whatever happens. */
export async function withPool<T>(
  body: (pool: LoadPool) => Promise<T>,
  options: Partial<LoadPoolOptions> = {},
): Promise<T> {
  const pool = new LoadPool({ cpus: allowedCpus().slice(-1), ...options });
  try {
    return await body(pool);
  } finally {
    await pool.close();
  }
}

/** Runs `body` with the port of a TCP server that hands each connection to `serve`; closes all of it. */
export async function withTcpServer<T>(
  serve: (socket: net.Socket) => void,
  body: (port: number) => Promise<T>,
): Promise<T> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Generators end connections with a reset.
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await body((server.address() as net.AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  return await withTcpServer(
    () => undefined,
    async (port) => port,
  );
}

/** How many samples lie in buckets that begin at `valueNs` or above. */
export function countFrom(counts: HistogramCounts, valueNs: number): number {
  return counts.reduce((sum, count, index) => (bucketLowNs(index) >= valueNs ? sum + count : sum), 0);
}
