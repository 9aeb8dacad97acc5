/** Lanes and their sockets for tests. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { type Netns, withNetns } from '../../native/netns/index.ts';
import { createLane, type Lane } from '../../src/kernel/topology.ts';

/** An endpoint of every lane here that answers nothing; see `InjectSink`. */
export const sinkIp = '10.2.255.1';

/** Builds a lane, runs `body` and takes the lane down again. Backends live at 10.2.0.2 and at `backendAddresses`. */
export async function inLane<T>(
  backendAddresses: readonly string[],
  body: (lane: Lane) => T | Promise<T>,
  clientAddresses: readonly string[] = [],
): Promise<T> {
  const lane = createLane({ backendAddresses, clientAddresses, sinkAddresses: [sinkIp] });
  try {
    return await body(lane);
  } finally {
    lane.close();
  }
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
