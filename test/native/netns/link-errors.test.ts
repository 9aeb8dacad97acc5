import assert from 'node:assert/strict';
import {
  applyLinks,
  type LinkOperation,
  linkStats,
  macOf,
  type Netns,
  NetnsError,
} from '../../../native/netns/index.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';

function refusal(netns: Netns, operations: readonly LinkOperation[]): NetnsError {
  try {
    applyLinks(netns, operations);
  } catch (error) {
    if (error instanceof NetnsError) return error;
    throw error;
  }
  return assert.fail('the kernel took it');
}

/** Whether this kernel knows dummy devices is not the question here. */
const veth = (netns: Netns): LinkOperation[] => [
  { op: 'veth', name: 'eth0', peer: 'peer0', peerNetns: netns },
  { op: 'up', name: 'eth0' },
];
const address: LinkOperation = { op: 'add-address', name: 'eth0', ip: '10.1.0.2', prefix: 16 };

describe('what the kernel refuses', () => {
  before(function () {
    needNetns(this);
  });

  it('names the operation by its place and in words, and keeps those before it', () =>
    inPrivateNetns((netns) => {
      const error = refusal(netns, [...veth(netns), address, address]);
      assert.equal(error.code, 'already-exists');
      assert.equal(error.index, 3);
      assert.match(error.reason, /^add address 10\.1\.0\.2\/16 to eth0: /);
      assert.match(error.message, /; delete the old one first/);
      assert.match(macOf(netns, 'eth0'), /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    }));

  it('finds the first of many in a batch', () =>
    inPrivateNetns((netns) => {
      const many = Array.from(
        { length: 500 },
        (_, i): LinkOperation => ({ op: 'add-address', name: 'eth0', ip: `10.9.${i >> 8}.${i & 255}`, prefix: 32 }),
      );
      const again = many[400];
      assert.ok(again !== undefined);
      const error = refusal(netns, [...veth(netns), ...many, again, ...many]);
      assert.equal(error.index, 502);
      assert.match(error.reason, /10\.9\.1\.144\/32/);
    }));

  it('tells an interface that is not there', () =>
    inPrivateNetns((netns) => {
      for (const operation of [
        { op: 'up', name: 'nowhere0' },
        { op: 'delete-link', name: 'nowhere0' },
        { op: 'add-address', name: 'nowhere0', ip: '10.1.0.2', prefix: 16 },
        { op: 'add-route', destination: '10.0.0.0', prefix: 8, device: 'nowhere0' },
        { op: 'neighbour', name: 'nowhere0', ip: '10.1.0.1', mac: '02:00:00:00:00:01' },
      ] as const) {
        const error = refusal(netns, [...veth(netns), operation]);
        assert.equal(error.code, 'no-such-device', operation.op);
        assert.equal(error.index, 2, operation.op);
        applyLinks(netns, [{ op: 'delete-link', name: 'eth0' }]);
      }
      assert.throws(() => linkStats(netns, 'nowhere0'), /read the counters of interface nowhere0/);
    }));

  it('tells an address that is not there and a gateway that cannot be reached', () =>
    inPrivateNetns((netns) => {
      applyLinks(netns, veth(netns));
      const absent = refusal(netns, [{ op: 'delete-address', name: 'eth0', ip: '10.1.0.9', prefix: 16 }]);
      assert.equal(absent.code, 'not-found');
      const gateway = refusal(netns, [{ op: 'add-route', destination: '10.9.0.0', prefix: 16, via: '10.8.0.1' }]);
      assert.equal(gateway.code, 'invalid-argument');
      assert.match(gateway.message, /a gateway must be reachable through a device that is up/);
    }));
});

describe('what cannot be asked of the kernel', () => {
  before(function () {
    needNetns(this);
  });

  const malformed: readonly (readonly [operation: unknown, message: RegExp])[] = [
    [null, /must be an object/],
    [{ op: 'teleport' }, /unknown link operation 'teleport'/],
    [{ op: 'up' }, /'name' must be a string/],
    [{ op: 'up', name: '' }, /must have 1 to 15 bytes/],
    [{ op: 'up', name: 'sixteen-letters-' }, /'sixteen-letters-' must have 1 to 15 bytes/],
    [{ op: 'add-address', name: 'eth0', ip: '10.1.0.256', prefix: 16 }, /'10\.1\.0\.256' is not an IPv4 or IPv6/],
    [{ op: 'add-address', name: 'eth0', ip: '10.1.0.2', prefix: 33 }, /prefix of 10\.1\.0\.2 .* from 0 to 32/],
    [{ op: 'add-address', name: 'eth0', ip: '10.1.0.2', prefix: 1.5 }, /whole number/],
    [{ op: 'add-address', name: 'eth0', ip: 'fd00::1', prefix: 129 }, /from 0 to 128/],
    [{ op: 'neighbour', name: 'eth0', ip: '10.1.0.1', mac: '02:00:00:00:00' }, /'02:00:00:00:00' is not a link-layer/],
    [{ op: 'neighbour', name: 'eth0', ip: '10.1.0.1', mac: '02-00-00-00-00-01' }, /is not a link-layer/],
    [{ op: 'add-route', destination: '10.0.0.0', prefix: 8, via: 'fd00::1' }, /one IP family/],
    [{ op: 'add-route', destination: '10.0.0.0', prefix: 8, type: 'wormhole' }, /unicast, local or blackhole/],
    [{ op: 'veth', name: 'a', peer: 'b', peerNetns: {} }, /'fd' must be a number/],
  ];

  for (const [operation, message] of malformed) {
    it(`${JSON.stringify(operation)} is a type error, and nothing is changed`, () =>
      inPrivateNetns((netns) => {
        const operations = [...veth(netns), operation as LinkOperation];
        assert.throws(() => applyLinks(netns, operations), { name: 'TypeError', message });
        assert.throws(() => macOf(netns, 'eth0'), NetnsError);
      }));
  }
});
