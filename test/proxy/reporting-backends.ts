/** Backends that answer where a request arrived and whom they take for its sender, and clients that ask them. */
import type dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import type { Netns } from '../../native/netns/index.ts';
import type { Protocol } from '../../src/proxy/types.ts';
import { insideNetns } from '../support/inside-netns.ts';
import { udpSocketIn } from '../support/lane.ts';

/** Where a request arrived, as `10.2.1.1:80`, and the address that it seemed to come from. */
export interface Arrival {
  readonly endpoint: string;
  readonly source: string;
}

export interface Backend {
  readonly protocol: Protocol;
  readonly ip: string;
  readonly port: number;
}

export interface Closable {
  close(): void;
}

export async function startBackend(netns: Netns, { protocol, ip, port }: Backend): Promise<Closable> {
  return protocol === 'UDP' ? startUdp(netns, ip, port) : startTcp(netns, ip, port);
}

async function startTcp(netns: Netns, ip: string, port: number): Promise<Closable> {
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify({ endpoint: `${ip}:${port}`, source: socket.remoteAddress }));
  });
  await insideNetns(netns, async () => {
    server.listen(port, ip);
    await once(server, 'listening');
  });
  return server;
}

async function startUdp(netns: Netns, ip: string, port: number): Promise<Closable> {
  const socket = await udpSocketIn(netns, ip, port);
  socket.on('message', (_message, sender) => {
    socket.send(JSON.stringify({ endpoint: `${ip}:${port}`, source: sender.address }), sender.port, sender.address);
  });
  return socket;
}

function parseArrival(answer: string): Arrival {
  const value: unknown = JSON.parse(answer);
  if (typeof value !== 'object' || value === null || !('endpoint' in value) || !('source' in value)) {
    throw new Error(`not an answer of a reporting backend: ${answer}`);
  }
  return { endpoint: String(value.endpoint), source: String(value.source) };
}

/** How long an answer may take before the request counts as lost. */
const answerTimeoutMs = 3000;

/** Opens one connection from `localAddress` and says where it arrived. @throws what the connection fails with. */
export function askTcp(netns: Netns, ip: string, port: number, localAddress: string): Promise<Arrival> {
  return insideNetns(netns, async () => {
    const socket = net.connect({ host: ip, port, localAddress });
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error(`no answer from ${ip}:${port}`)));
    try {
      return parseArrival(await text(socket));
    } finally {
      socket.destroy();
    }
  });
}

/** Sends one datagram from a fresh port and says where it arrived. @throws ECONNREFUSED, or an error when nothing comes back. */
export async function askUdp(netns: Netns, ip: string, port: number, localAddress: string): Promise<Arrival> {
  const socket = await udpSocketIn(netns, localAddress, 0);
  try {
    socket.connect(port, ip);
    await once(socket, 'connect');
    const answer = waitForMessage(socket, `no answer from ${ip}:${port}`);
    socket.send('?');
    return parseArrival(await answer);
  } finally {
    socket.close();
  }
}

function waitForMessage(socket: dgram.Socket, complaint: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(complaint)), answerTimeoutMs);
    socket.once('message', (message) => {
      clearTimeout(timer);
      resolve(message.toString());
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
