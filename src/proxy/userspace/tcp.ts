/** TCP through the proxy: one listener for each port number, whatever the number of Services that have it. */
import net from 'node:net';
import { userspaceErrors } from './errors.ts';
import type { VirtualAddress } from './plan.ts';
import type { EndpointAddress, RoundRobin } from './round-robin.ts';
import type { ServiceTable } from './service-table.ts';
import type { SocketKind } from './sockets.ts';

/** As in kube-proxy: an endpoint that does not answer in this time is given up for the next one. */
const dialTimeoutsMs = [250, 500, 1000, 2000];

/** The kernel lowers it to net.core.somaxconn. */
const backlog = 65_535;

/**
 * Listeners that hand connections to the endpoints. They listen on every local address, of which the namespace has the
 * whole Service range; which Service a connection is meant for is seen from the address it was sent to.
 */
export function tcpListeners(table: ServiceTable): SocketKind<net.Server> {
  return {
    nameOf: ({ port }) => String(port),
    open: ({ port }) => listen(table, port),
    close: (server) => server.close(),
  };
}

function listen(table: ServiceTable, port: number): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true };
    const server = net.createServer(options, (client) => void serve(table, client));
    server.once('error', (error) => reject(userspaceErrors.cannotListen('TCP', `port ${port}`, error)));
    server.listen({ host: '0.0.0.0', port, backlog }, () => {
      // From here on, an error is that of a single accept: that connection is lost, the listener is not.
      server.removeAllListeners('error').on('error', () => undefined);
      resolve(server);
    });
  });
}

function addressOf({ localAddress, localPort }: net.Socket): VirtualAddress {
  return { protocol: 'TCP', ip: localAddress ?? '', port: localPort ?? 0 };
}

async function serve(table: ServiceTable, client: net.Socket): Promise<void> {
  client.once('error', () => client.destroy());
  const balancer = table.find(addressOf(client));
  const upstream = balancer === undefined ? undefined : await dial(balancer, client.remoteAddress ?? '');
  if (upstream === undefined) client.resetAndDestroy();
  else if (client.destroyed) upstream.resetAndDestroy();
  else join(client, upstream);
}

/** A connection to an endpoint; undefined when there is none or none of those tried answers. */
async function dial(balancer: RoundRobin, clientIp: string): Promise<net.Socket | undefined> {
  for (const timeoutMs of dialTimeoutsMs) {
    const endpoint = balancer.next(clientIp, performance.now());
    if (endpoint === undefined) return undefined;
    const upstream = await connect(endpoint, timeoutMs);
    if (upstream !== undefined) return upstream;
    balancer.forget(clientIp);
  }
  return undefined;
}

function connect({ ip, port }: EndpointAddress, timeoutMs: number): Promise<net.Socket | undefined> {
  return new Promise((resolve) => {
    const upstream = net.connect({ host: ip, port, allowHalfOpen: true, noDelay: true });
    const giveUp = () => {
      upstream.destroy();
      resolve(undefined);
    };
    // A turn later: when it was this thread that was late, the connection may stand and only be unnoticed yet.
    const timer = setTimeout(() => setImmediate(() => upstream.connecting && giveUp()), timeoutMs);
    upstream.once('close', () => clearTimeout(timer));
    upstream.once('error', giveUp);
    upstream.once('connect', () => {
      clearTimeout(timer);
      upstream.off('error', giveUp);
      resolve(upstream);
    });
  });
}

/** Carries bytes both ways, each direction's end by itself, and the reset of either side to the other. */
function join(client: net.Socket, upstream: net.Socket): void {
  client.removeAllListeners('error');
  client.once('error', () => upstream.resetAndDestroy());
  upstream.once('error', () => client.resetAndDestroy());
  client.pipe(upstream);
  upstream.pipe(client);
}
