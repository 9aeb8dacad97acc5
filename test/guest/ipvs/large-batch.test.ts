import assert from 'node:assert/strict';
import { IpvsError, type IpvsOperation, openIpvs } from '../../../native/ipvs/index.ts';
import { needIpvs, plainService, tcpKey } from '../../support/ipvs.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';

const services = 3000;
const keyOf = (index: number) => tcpKey(`10.96.${index >> 8}.${index & 255}`, 80);
const addService = (index: number): IpvsOperation => ({ op: 'add-service', service: plainService(keyOf(index)) });
const addDestination = (index: number): IpvsOperation => ({
  op: 'add-destination',
  service: keyOf(index),
  destination: {
    ip: `10.2.${index >> 8}.${index & 255}`,
    port: 8080,
    forward: 'masquerade',
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
  },
});
const indices = Array.from({ length: services }, (_, index) => index);
const operations = indices.flatMap((index) => [addService(index), addDestination(index)]);

describe('thousands of IPVS operations', function () {
  this.timeout(60_000);

  before(function () {
    needIpvs(this);
  });

  it('go to the kernel in a few system calls and are all there', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      const { systemCalls, bytes } = client.apply(operations);
      assert.ok(systemCalls <= operations.length / 100, `${systemCalls} system calls`);
      assert.ok(bytes > operations.length * 100, `${bytes} bytes`);
      const ports = new Set(client.services().map(({ id }) => (id.kind === 'address' ? id.ip : '')));
      assert.equal(ports.size, services);
      assert.equal(client.destinations(keyOf(services - 1)).length, 1);
      client.close();
    }));

  it('keep the index of every refused one', () =>
    inPrivateNetns((netns) => {
      const client = openIpvs(netns);
      client.apply(indices.filter((index) => index % 7 === 3).map(addService));
      assert.throws(
        () => client.apply(operations),
        (error) => {
          assert.ok(error instanceof IpvsError);
          const expected = indices.filter((index) => index % 7 === 3).map((index) => index * 2);
          assert.deepEqual(
            error.refused.map(({ index }) => index),
            expected,
          );
          assert.ok(error.refused.every(({ code }) => code === 'exists'));
          assert.equal(error.operationIndex, expected[0]);
          assert.equal(error.accepted, operations.length - expected.length);
          return true;
        },
      );
      assert.equal(client.services().length, services);
      client.close();
    }));
});
