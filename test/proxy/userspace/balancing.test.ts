import assert from 'node:assert/strict';
import { TcpClient } from '../../support/tcp-client.ts';
import { ask, useProxiedLane } from './node.ts';
import { servicePort } from './service-ports.ts';

describe('the user-space proxy gives TCP connections to endpoints', () => {
  const inProxiedLane = useProxiedLane();

  it('in turn, exactly', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(servicePort(1, [2, 3, 4]));
      for (let flow = 0; flow < 30; flow++) await ask('10.96.0.1');
      assert.deepEqual(proxied.counts('tcp'), [10, 10, 10]);
    }));

  it('of each Service by itself, also where Services share a port number', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(servicePort(1, [2]), servicePort(2, [3, 4]), servicePort(3, [4], { port: 81 }));
      for (let flow = 0; flow < 4; flow++) {
        await ask('10.96.0.1');
        await ask('10.96.0.2');
        await ask('10.96.0.3', 81);
      }
      assert.deepEqual(proxied.counts('tcp'), [4, 2, 6]);
    }));

  it('that it has now, and lets the connections that stand go on', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(servicePort(1, [2, 3]));
      const kept = await TcpClient.connect('10.96.0.1', 80);
      await kept.send('ping').take(2);
      await proxied.program(servicePort(1, [4]));
      for (let flow = 0; flow < 3; flow++) await ask('10.96.0.1');
      await kept.send('ping').take(2);
      kept.destroy();
      assert.deepEqual(proxied.counts('tcp'), [2, 0, 3]);
    }));

  it('by client address where the Service asks for affinity', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(servicePort(1, [2, 3, 4], { sessionAffinity: { kind: 'ClientIP', timeoutSeconds: 60 } }));
      for (let flow = 0; flow < 5; flow++) await ask('10.96.0.1', 80, '10.1.0.2');
      for (let flow = 0; flow < 3; flow++) await ask('10.96.0.1', 80, '10.1.0.3');
      assert.deepEqual(proxied.counts('tcp'), [5, 3, 0]);
    }));

  it('that answer: one that refuses is passed over', () =>
    inProxiedLane(async (proxied) => {
      const [dead, live] = [servicePort(1, [2]), servicePort(1, [3])].map(({ endpoints }) => endpoints);
      const refusing = dead?.map((endpoint) => ({ ...endpoint, port: 9 })) ?? [];
      await proxied.program(servicePort(1, [], { endpoints: [...refusing, ...(live ?? [])] }));
      for (let flow = 0; flow < 4; flow++) await ask('10.96.0.1');
      assert.deepEqual(proxied.counts('tcp'), [0, 4, 0]);
    }));
});

const refused = { code: 'ECONNRESET' };

describe('the user-space proxy resets TCP connections', () => {
  const inProxiedLane = useProxiedLane();

  it('to a Service without endpoints, until it has some', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(servicePort(1, []), servicePort(2, [2]));
      await assert.rejects(ask('10.96.0.1'), refused);
      await proxied.program(servicePort(1, [3]), servicePort(2, [2]));
      await ask('10.96.0.1');
      assert.deepEqual(proxied.counts('tcp'), [0, 1, 0]);
    }));

  it('to an address of the range that is no Service', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(servicePort(1, [2]));
      await assert.rejects(ask('10.96.0.99'), refused);
    }));

  it('to a Service that is gone, and refuses them when nobody has the port number any more', () =>
    inProxiedLane(async (proxied) => {
      const [gone, other] = [servicePort(1, [2]), servicePort(2, [2])];
      await proxied.program(gone, other);
      await ask('10.96.0.1');
      await proxied.program(other);
      await assert.rejects(ask('10.96.0.1'), refused);
      await proxied.program();
      await assert.rejects(ask('10.96.0.2'), { code: 'ECONNREFUSED' });
    }));

  it('when none of the endpoints answers', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(servicePort(1, [], { endpoints: [{ ip: '10.2.0.2', port: 9, weight: 1 }] }));
      await assert.rejects(ask('10.96.0.1'), refused);
    }));
});
