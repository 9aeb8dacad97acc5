import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IpvsClient, type IpvsServiceKey, type IpvsStats, openIpvs } from '../../../native/ipvs/index.ts';
import { applyLinks, type Netns, withNetns } from '../../../native/netns/index.ts';
import { needIpvs, plainService } from '../../support/ipvs.ts';
import { inPrivateNetns, runIn } from '../../support/namespaces.ts';

const key: IpvsServiceKey = { family: 'ipv4', id: { kind: 'address', protocol: 'UDP', ip: '10.96.0.5', port: 53 } };
const backend = '10.2.0.9';
const packets = 7;
const payload = Buffer.alloc(100);
const ipAndUdpHeaderBytes = 28;

/** One packet each from `packets` sockets of the namespace itself: IPVS also schedules what is sent locally. */
async function sendPackets(netns: Netns): Promise<void> {
  for (let sent = 0; sent < packets; sent += 1) {
    const socket = dgram.createSocket({ type: 'udp4', lookup: (host, _, done) => done(null, host, 4) });
    await new Promise<void>((resolve, reject) => {
      withNetns(netns, () => {
        socket.bind(0, () => socket.send(payload, 53, '10.96.0.5', (error) => (error ? reject(error) : resolve())));
      });
    });
    socket.close();
  }
}

/** The kernel adds its counters up every 2 s; waits until it has. */
async function settledStats(client: IpvsClient): Promise<IpvsStats> {
  for (;;) {
    const { stats } = client.service(key);
    if (stats.packetsIn >= BigInt(packets)) return stats;
    await sleep(100);
  }
}

describe('IPVS counters', function () {
  this.timeout(30_000);

  before(function () {
    needIpvs(this);
  });

  it('are exact, the same as those of ipvsadm, and 0 after zero', () =>
    inPrivateNetns(async (netns) => {
      applyLinks(netns, [
        { op: 'add-address', name: 'lo', ip: backend, prefix: 32 },
        { op: 'add-address', name: 'lo', ip: '10.96.0.5', prefix: 32 },
        { op: 'up', name: 'lo' },
      ]);
      const client = openIpvs(netns);
      const destination = { ip: backend, port: 53, forward: 'masquerade', weight: 1 } as const;
      client.apply([
        { op: 'add-service', service: plainService(key) },
        { op: 'add-destination', service: key, destination: { ...destination, upperThreshold: 0, lowerThreshold: 0 } },
      ]);
      await sendPackets(netns);
      const stats = await settledStats(client);
      assert.equal(stats.connections, BigInt(packets));
      assert.equal(stats.packetsIn, BigInt(packets));
      assert.equal(stats.bytesIn, BigInt(packets * (payload.length + ipAndUdpHeaderBytes)));
      assert.deepEqual(client.destinations(key)[0]?.stats, stats);
      assert.equal(client.destinations(key)[0]?.inactiveConnections, packets);

      const row = new RegExp(`UDP +10\\.96\\.0\\.5:53 +${packets} +${packets} +${stats.packetsOut} +${stats.bytesIn} `);
      assert.match(runIn(netns, 'ipvsadm', '-Ln', '--stats', '--exact'), row);

      client.apply([{ op: 'zero', service: key }]);
      const zeroed = client.service(key).stats;
      assert.deepEqual([zeroed.connections, zeroed.packetsIn, zeroed.packetsOut, zeroed.bytesIn], [0n, 0n, 0n, 0n]);
      client.close();
    }));
});
