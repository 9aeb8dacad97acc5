import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createUserspaceDataPlane } from '../../../src/proxy/userspace/data-plane.ts';
import { insideNetns } from '../../support/inside-netns.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';
import { ask, inProxiedLane } from './node.ts';
import { servicePort } from './service-ports.ts';

describe('programming the user-space proxy', () => {
  before(function () {
    needNetns(this);
  });

  it('counts the route, the sockets and the Services of a cold start, then only what changes', () =>
    inProxiedLane(async ({ program }) => {
      const services = [1, 2, 3].map((number) => servicePort(number, [2]));
      const cold = await program(...services);
      // A route, a listener for port 80, three table entries.
      assert.equal(cold.operations, 5);
      const more = await program(...services, servicePort(4, [2]));
      assert.equal(more.operations, 1);
      assert.ok(more.bytes < cold.bytes, `${more.bytes} bytes for one Service, ${cold.bytes} for three`);
      const nothing = await program(...services, servicePort(4, [2]));
      assert.equal(nothing.operations, 1, 'a Service that is a new object is handed over again');
      for (const stats of [cold, more]) assert.ok(stats.encodeNs > 0 && stats.kernelNs > 0);
    }));

  it('serves the last of 10,000 Services as it serves the first', () =>
    inProxiedLane(async ({ tcp, program }) => {
      const services = Array.from({ length: 10_000 }, (_, index) =>
        servicePort(0, [2], { clusterIP: `10.100.${index >> 8}.${index & 255}` }),
      );
      const cold = await program(...services);
      assert.equal(cold.operations, 10_002);
      await ask('10.100.0.0');
      await ask('10.100.39.15');
      assert.deepEqual(tcp.counts(), [2, 0, 0]);
    }));

  it('is refused where something else has the port, and leaves the Services as they were', () =>
    inProxiedLane(async ({ lane, tcp, program }) => {
      const first = servicePort(1, [2]);
      await program(first);
      await insideNetns(lane.node, async () => {
        const other = createServer().listen(81, '0.0.0.0');
        await once(other, 'listening');
        try {
          await assert.rejects(program(servicePort(1, [3]), servicePort(2, [3], { port: 81 })), {
            name: 'DataPlaneError',
            message: /cannot listen on TCP port 81: .*EADDRINUSE.*; end what has the port/,
          });
        } finally {
          other.close();
        }
      });
      await ask('10.96.0.1');
      assert.deepEqual(tcp.counts(), [1, 0, 0]);
    }));

  it('begins anew after dispose', () =>
    inProxiedLane(async ({ lane, tcp }) => {
      const plane = createUserspaceDataPlane();
      const state = plane.plan([servicePort(1, [2])]);
      await plane.apply(lane.node, undefined, state);
      await ask('10.96.0.1');
      await plane.dispose(lane.node);
      await assert.rejects(ask('10.96.0.1'), { code: 'ECONNREFUSED' });
      await plane.apply(lane.node, undefined, state);
      await ask('10.96.0.1');
      await plane.dispose(lane.node);
      await plane.dispose(lane.node);
      assert.deepEqual(tcp.counts(), [2, 0, 0]);
    }));

  it('fails with a reason where the namespace cannot be entered', () =>
    inPrivateNetns(async () => {
      const plane = createUserspaceDataPlane();
      await assert.rejects(plane.apply({ fd: 0 }, undefined, plane.plan([])), {
        name: 'DataPlaneError',
        message: /the user-space proxy's thread ended: .*namespace/i,
      });
    }));
});
