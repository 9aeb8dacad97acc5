import assert from 'node:assert/strict';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServicePort } from '../../../src/proxy/types.ts';
import { udpSocketIn } from '../../support/lane.ts';
import { type ProxiedLane, useProxiedLane } from './node.ts';
import { servicePort } from './service-ports.ts';

const service = (number: number, endpoints: readonly number[], changes: Partial<ServicePort> = {}) =>
  servicePort(number, endpoints, { protocol: 'UDP', port: 53, ...changes });

/** Runs `body` with as many clients, each with a port of its own, and closes them. */
async function withClients(
  { lane }: ProxiedLane,
  count: number,
  body: (...clients: Socket[]) => Promise<void>,
): Promise<void> {
  const clients: Socket[] = [];
  try {
    for (let made = 0; made < count; made++) clients.push(await udpSocketIn(lane.client, '10.1.0.2', 0));
    await body(...clients);
  } finally {
    for (const client of clients) client.close();
  }
}

async function ask(client: Socket, ip: string, request = 'ping'): Promise<void> {
  const answered = once(client, 'message');
  client.send(request, 53, ip);
  const [reply, from] = await answered;
  assert.equal(reply.toString(), request);
  // A client takes an answer only from the address that it asked.
  assert.deepEqual([from.address, from.port], [ip, 53]);
}

describe('the user-space proxy carries UDP', () => {
  const inProxiedLane = useProxiedLane();

  it('to the endpoints in turn, client by client', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(service(1, [2, 3, 4]));
      await withClients(proxied, 6, async (...clients) => {
        for (const client of clients) await ask(client, '10.96.0.1');
        assert.deepEqual(proxied.counts('udp'), [2, 2, 2]);
      });
    }));

  it('to the same endpoint as long as a client goes on, for each Service by itself', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(service(1, [2, 3]), service(2, [4]));
      await withClients(proxied, 1, async (client) => {
        for (let request = 0; request < 5; request++) await ask(client, '10.96.0.1', `r${request}..`);
        await ask(client, '10.96.0.2');
        assert.deepEqual(proxied.counts('udp'), [5, 0, 1]);
      });
    }));

  it('to an endpoint that is still there when the one in use has gone', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(service(1, [2, 3]));
      await withClients(proxied, 1, async (client) => {
        await ask(client, '10.96.0.1');
        await proxied.program(service(1, [4]));
        await ask(client, '10.96.0.1');
        assert.deepEqual(proxied.counts('udp'), [1, 0, 1]);
      });
    }));

  it('to nobody when there are no endpoints, and again when there are', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(service(1, []), service(2, [2]));
      await withClients(proxied, 1, async (client) => {
        client.send('lost', 53, '10.96.0.1');
        await ask(client, '10.96.0.2');
        assert.deepEqual(proxied.counts('udp'), [1, 0, 0]);
        await proxied.program(service(1, [3]), service(2, [2]));
        await ask(client, '10.96.0.1');
        assert.deepEqual(proxied.counts('udp'), [1, 1, 0]);
      });
    }));

  it('past an endpoint where nobody listens', () =>
    inProxiedLane(async (proxied) => {
      const endpoints = [9, 8080].map((port) => ({ ip: '10.2.0.2', port, weight: 1 }));
      await proxied.program(service(1, [], { endpoints }));
      await withClients(proxied, 1, async (client) => {
        const answered = once(client, 'message');
        // The first datagram is refused; how soon that is known is up to the machine, so it is sent until answered.
        const again = setInterval(() => client.send('ping', 53, '10.96.0.1'), 5);
        try {
          await answered;
        } finally {
          clearInterval(again);
        }
        assert.ok((proxied.counts('udp')[0] ?? 0) >= 1);
      });
    }));
});

describe('a UDP client of the user-space proxy', () => {
  const inProxiedLane = useProxiedLane({ udpIdleTimeoutMs: 300 });

  it('gets the next endpoint after a silence', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(service(1, [2, 3]));
      await withClients(proxied, 1, async (client) => {
        await ask(client, '10.96.0.1');
        await sleep(900);
        await ask(client, '10.96.0.1');
        assert.deepEqual(proxied.counts('udp'), [1, 1, 0]);
      });
    }));
});
