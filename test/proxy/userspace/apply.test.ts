import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createUserspaceDataPlane } from '../../../src/proxy/userspace/data-plane.ts';
import { insideNetns } from '../../support/inside-netns.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';
import { ask, useProxiedLane } from './node.ts';
import { servicePort } from './service-ports.ts';

describe('programming the user-space proxy', () => {
  const inProxiedLane = useProxiedLane();

  it('hands over only what changes and counts what that did', () =>
    inProxiedLane(async (proxied) => {
      const services = [1, 2, 3].map((number) => servicePort(number, [2]));
      const cold = await proxied.program(...services);
      assert.equal(cold.operations, 4, 'a listener for port 80, three Services');
      const more = await proxied.program(...services, servicePort(4, [2]));
      assert.equal(more.operations, 1);
      assert.ok(more.bytes < cold.bytes, `${more.bytes} bytes for one Service, ${cold.bytes} for three`);
      for (const stats of [cold, more]) assert.ok(stats.encodeNs > 0 && stats.kernelNs > 0);
      const gone = await proxied.program();
      assert.equal(gone.operations, 5);
    }));

  it('serves the last of 10,000 Services as it serves the first', () =>
    inProxiedLane(async (proxied) => {
      const services = Array.from({ length: 10_000 }, (_, index) =>
        servicePort(0, [2], { clusterIP: `10.100.${index >> 8}.${index & 255}` }),
      );
      const cold = await proxied.program(...services);
      assert.equal(cold.operations, 10_001);
      await ask('10.100.0.0');
      await ask('10.100.39.15');
      assert.deepEqual(proxied.counts('tcp'), [2, 0, 0]);
    }));

  it('is refused where something else has the port, and leaves the Services as they were', () =>
    inProxiedLane(async (proxied) => {
      await proxied.program(servicePort(1, [2]));
      await insideNetns(proxied.lane.node, async () => {
        const other = createServer().listen(81, '0.0.0.0');
        await once(other, 'listening');
        try {
          await assert.rejects(proxied.program(servicePort(1, [3]), servicePort(2, [3], { port: 81 })), {
            name: 'DataPlaneError',
            message: /cannot listen on TCP port 81: .*EADDRINUSE.*; end what has the port/,
          });
        } finally {
          other.close();
        }
      });
      await ask('10.96.0.1');
      assert.deepEqual(proxied.counts('tcp'), [1, 0, 0]);
    }));
});

describe('the user-space proxy of a node', () => {
  before(function () {
    needNetns(this);
  });

  it('ends with dispose, which may be called twice, and begins anew', () =>
    inPrivateNetns(async (node) => {
      const plane = createUserspaceDataPlane();
      const state = plane.plan([servicePort(1, [])]);
      const cold = await plane.apply(node, undefined, state);
      assert.equal(cold.operations, 3, 'a route, a listener, a Service');
      const reach = () => insideNetns(node, () => ask('10.96.0.1'));
      await assert.rejects(reach(), { code: 'ECONNRESET' });
      await plane.dispose(node);
      await plane.dispose(node);
      await assert.rejects(reach(), { code: 'ECONNREFUSED' });
      const again = await plane.apply(node, undefined, state);
      assert.equal(again.operations, 2, 'the route is still there');
      await assert.rejects(reach(), { code: 'ECONNRESET' });
      await plane.dispose(node);
    }));

  it('cannot live in what is not a namespace', async () => {
    const plane = createUserspaceDataPlane();
    await assert.rejects(plane.apply({ fd: 0 }, undefined, plane.plan([])), {
      name: 'DataPlaneError',
      message: /the user-space proxy's thread ended: setns: Invalid argument/,
    });
  });
});
