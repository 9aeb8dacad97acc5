import assert from 'node:assert/strict';
import { applyLinks } from '../../../native/netns/index.ts';
import { type InjectOptions, inject } from '../../../native/traffic/index.ts';
import { inPrivateNetns, needNetns } from '../../support/namespaces.ts';

const loopback: Omit<InjectOptions, 'netns'> = {
  device: 'lo',
  sourceMac: '02:00:00:00:00:01',
  destinationMac: '02:00:00:00:00:02',
  target: { ip: '10.96.0.1', port: 80 },
  sourceNet: '10.1.0.0',
  firstFlow: 0,
  flows: 1,
  packets: 1,
  payloadBytes: 0,
};

const mistakes: readonly [string, Partial<Omit<InjectOptions, 'netns'>>, RegExp][] = [
  ['a device that is not there', { device: 'eth9' }, /device 'eth9': No such device/],
  ['a link-layer address with a letter too many', { sourceMac: '02:00:00:00:00:01x' }, /'02:00:00:00:00:01x' is not a/],
  ['half a link-layer address', { destinationMac: '02:00:00' }, /'02:00:00' is not a link-layer address/],
  ['an IPv6 target', { target: { ip: 'fd00::1', port: 80 } }, /target\.ip is 'fd00::1'; it must be an IPv4 address/],
  ['port 0', { target: { ip: '10.96.0.1', port: 0 } }, /target\.port is 0; it must be from 1 to 65535/],
  ['no packets', { packets: 0 }, /packets is 0; it must be from 1/],
  ['a fraction of a packet', { packets: 1.5 }, /packets is 1\.5; it must be an integer/],
  ['not a number of packets', { packets: Number.NaN }, /packets is nan/],
  ['a flow beyond the last', { firstFlow: 4_211_278_848 }, /firstFlow is 4211278848; it must be from 0 to 4211278847/],
  ['more flows than are left', { firstFlow: 4_211_278_847, flows: 2 }, /flows is 2; it must be from 1 to 1$/],
  ['a payload that does not fit a frame', { payloadBytes: 1473 }, /payloadBytes is 1473; it must be from 0 to 1472/],
  ['a payload in a connection request', { protocol: 'tcp-syn', payloadBytes: 1 }, /payloadBytes is 1; .* from 0 to 0/],
];

describe('inject refuses', () => {
  before(function () {
    needNetns(this);
  });

  for (const [name, change, message] of mistakes) {
    it(name, () => inPrivateNetns((netns) => assert.throws(() => inject({ netns, ...loopback, ...change }), message)));
  }

  it('a sink device that is not there', () =>
    inPrivateNetns((netns) =>
      assert.throws(
        () => inject({ netns, ...loopback, sink: { netns, device: 'eth9' } }),
        /sink device 'eth9': No such/,
      ),
    ));

  it('a descriptor that is no namespace', () => {
    assert.throws(() => inject({ netns: { fd: 0 }, ...loopback }), { message: /namespace/ });
  });

  it('to pretend that a packet left through a device that is down', () =>
    inPrivateNetns((netns) => {
      applyLinks(netns, [{ op: 'veth', name: 'eth0', peer: 'eth1', peerNetns: netns }]);
      assert.throws(() => inject({ netns, ...loopback, device: 'eth0' }), /inject a packet: Network is down/);
    }));
});
