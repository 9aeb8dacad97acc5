/** The lab's three hosts in a row, made from private namespaces: client -- node -- backends. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { applyLinks, type LinkOperation, macOf, type Netns, withNetns } from '../../native/netns/index.ts';
import { inPrivateNamespaces, runIn } from './namespaces.ts';

export interface Lane {
  readonly client: Netns;
  readonly node: Netns;
  readonly backends: Netns;
}

/** A link-layer address that nobody has: what is sent to it dies at the far end of the veth. */
export const sinkMac = '02:00:00:00:00:ff';
/** An endpoint that answers nothing; see `sinkMac`. */
export const sinkIp = '10.2.255.1';

/** Builds a lane, runs `body` and takes the lane down again. Backends answer at 10.2.0.2 and at `extraBackends`. */
export function inLane<T>(extraBackends: readonly string[], body: (lane: Lane) => T | Promise<T>): Promise<T> {
  return inPrivateNamespaces(3, async (client, node, backends) => {
    const lane = { client, node, backends } as Lane;
    connect(lane, extraBackends);
    return await body(lane);
  });
}

function connect({ client, node, backends }: Lane, extraBackends: readonly string[]): void {
  applyLinks(client, [
    { op: 'veth', name: 'eth0', peer: 'client0', peerNetns: node },
    { op: 'add-address', name: 'eth0', ip: '10.1.0.2', prefix: 16 },
    { op: 'up', name: 'eth0' },
  ]);
  applyLinks(node, [
    { op: 'veth', name: 'backends0', peer: 'eth0', peerNetns: backends },
    { op: 'add-address', name: 'client0', ip: '10.1.0.1', prefix: 16 },
    { op: 'add-address', name: 'backends0', ip: '10.2.0.1', prefix: 16 },
    { op: 'up', name: 'client0' },
    { op: 'up', name: 'backends0' },
    { op: 'neighbour', name: 'backends0', ip: sinkIp, mac: sinkMac },
  ]);
  applyLinks(backends, [
    ...['10.2.0.2', ...extraBackends].map((ip): LinkOperation => ({ op: 'add-address', name: 'eth0', ip, prefix: 16 })),
    { op: 'up', name: 'eth0' },
    { op: 'add-route', destination: '0.0.0.0', prefix: 0, via: '10.2.0.1' },
  ]);
  applyLinks(client, [{ op: 'add-route', destination: '0.0.0.0', prefix: 0, via: '10.1.0.1' }]);
  runIn(node, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
}

/** The link-layer addresses of a frame that the client sends to the node. */
export function macsOf({ client, node }: Lane): { readonly sourceMac: string; readonly destinationMac: string } {
  return { sourceMac: macOf(client, 'eth0'), destinationMac: macOf(node, 'client0') };
}

/** A UDP socket bound inside a namespace; the caller closes it. */
export async function udpSocketIn(netns: Netns, ip: string, port: number): Promise<dgram.Socket> {
  // dgram makes its descriptor once the address is looked up: a lookup that answers at once keeps that inside the visit.
  const socket = dgram.createSocket({
    type: 'udp4',
    lookup: (hostname, _options, callback) => callback(null, hostname, 4),
  });
  const listening = once(socket, 'listening');
  withNetns(netns, () => socket.bind(port, ip));
  await listening;
  return socket;
}
