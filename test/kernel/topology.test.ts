import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { addressesOf, linkStats, macOf, type Netns } from '../../native/netns/index.ts';
import { inject } from '../../native/traffic/index.ts';
import { createLane, type Lane, laneAddresses } from '../../src/kernel/topology.ts';
import { inLane, sinkIp, udpSocketIn } from '../support/lane.ts';
import { needNetns, openNamespaces, runIn } from '../support/namespaces.ts';

const port = 9000;

/** Sends one datagram and resolves with where the backend saw it come from. */
async function seenFrom(lane: Lane, clientIp: string, backendIp: string): Promise<string> {
  const server = await udpSocketIn(lane.backends, backendIp, port);
  const client = await udpSocketIn(lane.client, clientIp, 0);
  try {
    const arrived = once(server, 'message') as Promise<[Buffer, AddressInfo]>;
    client.send('hello', port, backendIp);
    const [text, from] = await arrived;
    assert.equal(text.toString(), 'hello');
    const answered = once(client, 'message') as Promise<[Buffer]>;
    server.send('welcome', from.port, from.address);
    assert.equal((await answered)[0].toString(), 'welcome');
    return from.address;
  } finally {
    server.close();
    client.close();
  }
}

function neighbourStates(netns: Netns): Set<string> {
  const entries = JSON.parse(runIn(netns, 'ip', '-json', 'neigh')) as { readonly state: readonly string[] }[];
  return new Set(entries.flatMap(({ state }) => state));
}

describe('a lane', () => {
  before(function () {
    needNetns(this);
  });

  it('carries packets from each client address to each backend and back, unchanged', () =>
    inLane(
      ['10.2.1.1'],
      async (lane) => {
        for (const client of [laneAddresses.client, '10.1.9.9']) {
          for (const backend of [laneAddresses.backends, '10.2.1.1']) {
            assert.equal(await seenFrom(lane, client, backend), client);
          }
        }
      },
      ['10.1.9.9'],
    ));

  it('asks nobody for a link-layer address and speaks no IPv6', () =>
    inLane(['10.2.1.1'], async (lane) => {
      await seenFrom(lane, laneAddresses.client, '10.2.1.1');
      for (const netns of [lane.client, lane.node, lane.backends]) {
        assert.deepEqual(neighbourStates(netns), new Set(['PERMANENT']));
      }
      assert.deepEqual(addressesOf(lane.client, lane.clientDevice), [{ ip: laneAddresses.client, prefix: 16 }]);
    }));

  it('lets what is sent to a sink end there, and nothing comes back', () =>
    inLane([], (lane) => {
      const before = linkStats(lane.client, lane.clientDevice).rxPackets;
      const { delivered } = inject({
        netns: lane.client,
        device: lane.clientDevice,
        sourceMac: lane.clientMac,
        destinationMac: lane.nodeMac,
        target: { ip: sinkIp, port },
        sourceNet: '10.1.0.0',
        firstFlow: 0,
        flows: 100,
        packets: 100,
        payloadBytes: 0,
        sink: { netns: lane.backends, device: lane.backendsDevice },
      });
      assert.equal(delivered, 100);
      assert.equal(linkStats(lane.client, lane.clientDevice).rxPackets, before);
    }));

  it('knows the link-layer addresses of its first hop', () =>
    inLane([], (lane) => {
      assert.equal(lane.clientMac, macOf(lane.client, lane.clientDevice));
      const [hop] = JSON.parse(runIn(lane.client, 'ip', '-json', 'neigh')) as { readonly lladdr: string }[];
      assert.equal(lane.nodeMac, hop?.lladdr);
    }));

  it('is not noticed by the lanes beside it, which have the same addresses', async () => {
    const lanes = Array.from({ length: 13 }, () => createLane({ backendAddresses: ['10.2.1.1'] }));
    try {
      const [used, ...idle] = lanes;
      assert.ok(used !== undefined);
      await seenFrom(used, laneAddresses.client, '10.2.1.1');
      assert.ok(linkStats(used.backends, used.backendsDevice).rxPackets > 0);
      for (const lane of idle) assert.equal(linkStats(lane.backends, lane.backendsDevice).rxPackets, 0);
    } finally {
      for (const lane of lanes) lane.close();
    }
  });

  it('closes everything that it opened, once, also when it could not be made', () => {
    const before = openNamespaces();
    const lane = createLane();
    assert.equal(openNamespaces(), before + 3);
    lane.close();
    lane.close();
    assert.equal(openNamespaces(), before);
    assert.throws(() => createLane({ clientAddresses: ['10.1.0.999'] }), /'10\.1\.0\.999' is not an IPv4/);
    assert.throws(() => createLane({ backendAddresses: [laneAddresses.backends] }), /add address 10\.2\.0\.2\/16/);
    assert.equal(openNamespaces(), before);
  });
});
