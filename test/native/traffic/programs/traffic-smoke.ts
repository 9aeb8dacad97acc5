/**
 * Echo backends and the injector in this thread's namespace, for a run under the sanitizers: queues, clients that reset
 * or send nonsense, servers that are closed or forgotten with work left, packets of both kinds. Prints what came of it.
 */
import { openSync } from 'node:fs';
import { inject, startEcho } from '../../../../native/traffic/index.ts';
import { echoOptions, instantBackend, port } from '../../../support/echo.ts';
import { TcpClient } from '../../../support/tcp-client.ts';

const netns = { fd: openSync('/proc/self/ns/net', 'r') };
const busyBackend = {
  ...instantBackend(2),
  serviceTime: { kind: 'exponential', meanNs: 2e6, slowFactor: 2, concurrency: 2 },
} as const;

async function connect(count: number, ip: string): Promise<TcpClient[]> {
  return Promise.all(Array.from({ length: count }, () => TcpClient.connect(ip, port)));
}

async function queued(): Promise<number> {
  const server = startEcho(echoOptions(netns, { backends: [instantBackend(1), busyBackend] }));
  const clients = await connect(20, busyBackend.ip);
  await Promise.all(clients.map((client) => client.send('pingpingpi').take(4)));
  // Half of them go with a request unfinished and another one in the queue, half when the server goes.
  for (const [number, client] of clients.entries()) {
    client.socket.on('error', () => undefined);
    client.send('ngping');
    if (number % 2 === 0) client.socket.resetAndDestroy();
  }
  const other = await TcpClient.connect(instantBackend(1).ip, port);
  await other.send('ping').take(2);
  server.close();
  for (const client of [...clients, other]) client.destroy();
  return server.counts()[0] ?? 0;
}

async function nonsense(): Promise<number> {
  const server = startEcho(echoOptions(netns, { framing: { kind: 'http', path: '/' } }));
  const heads = ['GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', '\0\r\n\r\n', 'x'.repeat(40_000), '\r\n\r'];
  for (const head of heads) {
    const client = await TcpClient.connect('127.0.0.1', port);
    client.socket.on('error', () => undefined);
    for (const byte of head.slice(0, 30)) client.send(byte);
    await client.send(head.slice(30)).end().rest();
    client.destroy();
  }
  server.close();
  return server.counts()[0] ?? 0;
}

function injected(protocol: 'udp' | 'tcp-syn'): number | undefined {
  return inject({
    netns,
    device: 'lo',
    sourceMac: '02:00:00:00:00:01',
    destinationMac: '02:00:00:00:00:02',
    target: { ip: '10.2.0.2', port: 7 },
    protocol,
    sourceNet: '10.1.0.0',
    firstFlow: 65_000,
    flows: 700,
    packets: 1000,
    payloadBytes: protocol === 'udp' ? 33 : 0,
    sink: { netns, device: 'lo' },
  }).delivered;
}

const outcome = {
  queued: await queued(),
  nonsense: await nonsense(),
  udp: injected('udp'),
  tcpSyn: injected('tcp-syn'),
};
console.log(JSON.stringify(outcome));
// Left running: the end of the process must cope with it.
startEcho(echoOptions(netns, { backends: [busyBackend] }));
process.exit(0);
