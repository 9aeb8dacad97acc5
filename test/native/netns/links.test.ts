import assert from 'node:assert/strict';
import { addressesOf, applyLinks, linkStats, macOf, type Netns } from '../../../native/netns/index.ts';
import { udpSocketIn } from '../../support/lane.ts';
import { inPrivateNamespaces, inPrivateNetns, needNetns, runIn } from '../../support/namespaces.ts';

/** What iproute2 says, as its JSON. */
function ip<T>(netns: Netns, ...args: readonly string[]): T {
  return JSON.parse(runIn(netns, 'ip', '-json', ...args)) as T;
}

interface IpLink {
  readonly ifname: string;
  readonly address: string;
  readonly flags: readonly string[];
  readonly linkinfo?: { readonly info_kind: string };
}
interface IpRoute {
  readonly type?: string;
  readonly dst: string;
  readonly gateway?: string;
  readonly dev?: string;
}

/** Two namespaces on one veth, 10.1.0.2 -- 10.1.0.1, both ends up. */
function joined(body: (client: Netns, node: Netns) => void | Promise<void>): Promise<void> {
  return inPrivateNamespaces(2, async (client, node) => {
    applyLinks(client, [
      { op: 'veth', name: 'eth0', peer: 'client0', peerNetns: node },
      { op: 'up', name: 'eth0' },
      { op: 'add-address', name: 'eth0', ip: '10.1.0.2', prefix: 16 },
    ]);
    applyLinks(node, [
      { op: 'up', name: 'client0' },
      { op: 'add-address', name: 'client0', ip: '10.1.0.1', prefix: 16 },
    ]);
    await body(client, node);
  });
}

describe('links, addresses, routes and neighbours', () => {
  before(function () {
    needNetns(this);
  });

  it('a veth has an end in each namespace, and iproute2 sees the same', () =>
    joined((client, node) => {
      for (const [netns, name] of [
        [client, 'eth0'],
        [node, 'client0'],
      ] as const) {
        const [link] = ip<IpLink[]>(netns, '-details', 'link', 'show', name);
        assert.equal(link?.linkinfo?.info_kind, 'veth');
        assert.ok(link.flags.includes('UP') && link.flags.includes('LOWER_UP'));
        assert.equal(macOf(netns, name), link.address);
      }
    }));

  it('addresses of both families come and go', () =>
    joined((client) => {
      applyLinks(client, [
        { op: 'add-address', name: 'eth0', ip: '10.1.7.7', prefix: 32 },
        { op: 'add-address', name: 'eth0', ip: 'fd00::7', prefix: 64 },
      ]);
      const own = () => addressesOf(client, 'eth0').filter((address) => !address.ip.startsWith('fe80:'));
      assert.deepEqual(own(), [
        { ip: '10.1.0.2', prefix: 16 },
        { ip: '10.1.7.7', prefix: 32 },
        { ip: 'fd00::7', prefix: 64 },
      ]);
      applyLinks(client, [
        { op: 'delete-address', name: 'eth0', ip: '10.1.0.2', prefix: 16 },
        { op: 'delete-address', name: 'eth0', ip: 'fd00::7', prefix: 64 },
      ]);
      assert.deepEqual(own(), [{ ip: '10.1.7.7', prefix: 32 }]);
      assert.deepEqual(addressesOf(client, 'lo')[0], { ip: '127.0.0.1', prefix: 8 });
    }));

  it('routes of each type are the ones that iproute2 lists', () =>
    joined((client) => {
      applyLinks(client, [
        { op: 'add-route', destination: '0.0.0.0', prefix: 0, via: '10.1.0.1' },
        { op: 'add-route', destination: '10.5.0.0', prefix: 16, device: 'eth0' },
        { op: 'add-route', destination: '10.6.0.0', prefix: 16, type: 'blackhole' },
        { op: 'add-route', destination: '10.7.0.0', prefix: 16, type: 'local' },
        { op: 'add-route', destination: 'fd01::', prefix: 64, device: 'eth0' },
      ]);
      const main = ip<IpRoute[]>(client, 'route', 'show', 'proto', 'static');
      assert.deepEqual(
        main.map(({ type = 'unicast', dst, gateway, dev }) => [type, dst, gateway, dev]),
        [
          ['unicast', 'default', '10.1.0.1', 'eth0'],
          ['unicast', '10.5.0.0/16', undefined, 'eth0'],
          ['blackhole', '10.6.0.0/16', undefined, undefined],
        ],
      );
      const local = ip<IpRoute[]>(client, 'route', 'show', 'table', 'local', 'proto', 'static');
      assert.deepEqual(
        local.map(({ type, dst, dev }) => [type, dst, dev]),
        [['local', '10.7.0.0/16', 'lo']],
      );
      const [v6] = ip<IpRoute[]>(client, '-6', 'route', 'show', 'proto', 'static');
      assert.equal(v6?.dst, 'fd01::/64');
    }));

  it('a range that is local answers at each of its addresses', () =>
    joined(async (client, node) => {
      applyLinks(node, [{ op: 'add-route', destination: '10.7.0.0', prefix: 16, type: 'local' }]);
      applyLinks(client, [{ op: 'add-route', destination: '10.7.0.0', prefix: 16, via: '10.1.0.1' }]);
      const server = await udpSocketIn(node, '10.7.200.9', 9000);
      const sender = await udpSocketIn(client, '10.1.0.2', 0);
      try {
        const received = new Promise<string>((resolve) => server.once('message', (text) => resolve(text.toString())));
        sender.send('hello', 9000, '10.7.200.9');
        assert.equal(await received, 'hello');
      } finally {
        server.close();
        sender.close();
      }
    }));

  it('a neighbour is permanent, and setting it again replaces it', () =>
    joined((client) => {
      const set = (mac: string) => applyLinks(client, [{ op: 'neighbour', name: 'eth0', ip: '10.1.0.1', mac }]);
      set('02:00:00:00:00:01');
      set('02:00:00:00:00:ff');
      const neighbours = ip<{ dst: string; lladdr: string; state: string[] }[]>(client, '-4', 'neigh');
      assert.deepEqual(
        neighbours.map(({ dst, lladdr, state }) => [dst, lladdr, state]),
        [['10.1.0.1', '02:00:00:00:00:ff', ['PERMANENT']]],
      );
    }));

  it('statistics count the packets of one end as those of the other', () =>
    joined(async (client, node) => {
      applyLinks(client, [{ op: 'neighbour', name: 'eth0', ip: '10.1.0.1', mac: macOf(node, 'client0') }]);
      const before = linkStats(node, 'client0');
      const server = await udpSocketIn(node, '10.1.0.1', 9000);
      const sender = await udpSocketIn(client, '10.1.0.2', 0);
      try {
        const packets = 20;
        let arrived = 0;
        const all = new Promise<void>((resolve) => {
          server.on('message', () => {
            arrived += 1;
            if (arrived === packets) resolve();
          });
        });
        for (let sent = 0; sent < packets; sent++) sender.send('x'.repeat(100), 9000, '10.1.0.1');
        await all;
        const after = linkStats(node, 'client0');
        // IPv6 announces itself on a new link, so there may be some packets more.
        assert.ok(after.rxPackets - before.rxPackets >= packets);
        assert.ok(after.rxBytes - before.rxBytes >= packets * 142);
        assert.equal(after.rxDropped, before.rxDropped);
      } finally {
        server.close();
        sender.close();
      }
    }));

  it('10,000 addresses arrive complete and in order', () =>
    inPrivateNetns((netns) => {
      const wanted = Array.from({ length: 10_000 }, (_, i) => ({ ip: `10.96.${i >> 8}.${i & 255}`, prefix: 32 }));
      applyLinks(netns, [
        { op: 'veth', name: 'many0', peer: 'many1', peerNetns: netns },
        ...wanted.map((address) => ({ op: 'add-address', name: 'many0', ...address }) as const),
      ]);
      assert.deepEqual(addressesOf(netns, 'many0'), wanted);
      applyLinks(netns, [{ op: 'delete-link', name: 'many0' }]);
      assert.deepEqual(
        ip<IpLink[]>(netns, 'link').map(({ ifname }) => ifname),
        ['lo'],
      );
    }));
});
