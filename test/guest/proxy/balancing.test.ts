import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { createLane, type Lane } from '../../../src/kernel/topology.ts';
import { createIpvsDataPlane } from '../../../src/proxy/ipvs/data-plane.ts';
import type { IpvsScheduler } from '../../../src/proxy/types.ts';
import { whyNoLegacy } from '../../proxy/kernel-support.ts';
import { service } from '../../proxy/sample-services.ts';
import { insideNetns } from '../../support/inside-netns.ts';
import { needIpvs } from '../../support/ipvs.ts';
import { runIn, skipBecause } from '../../support/namespaces.ts';

const vip = '10.96.0.80';
/** Weights 3, 2 and 1. Added in this order, so that the scheduler's list begins with the last. */
const endpoints = ['10.2.1.1:8080*3', '10.2.1.2:8080*2', '10.2.1.3:8080*1'];
const backendIps = ['10.2.1.1', '10.2.1.2', '10.2.1.3'];

/** Connections per endpoint, in the order of `endpoints`. */
type Shares = readonly [number, number, number];

/** Opens connections one after the other, keeps them all open, and says where they arrived. */
async function openAndKeep(lane: Lane, count: number): Promise<{ shares: Shares; close: () => void }> {
  const accepted: net.Socket[] = [];
  const opened: net.Socket[] = [];
  const arrived = new Map(backendIps.map((ip) => [ip, 0]));
  const servers = backendIps.map((ip) =>
    net.createServer((socket) => {
      accepted.push(socket);
      arrived.set(ip, (arrived.get(ip) ?? 0) + 1);
      socket.write('.');
    }),
  );
  await insideNetns(lane.backends, async () => {
    for (const [index, server] of servers.entries()) {
      server.listen(8080, backendIps[index]);
      await once(server, 'listening');
    }
  });
  await insideNetns(lane.client, async () => {
    for (let number = 0; number < count; number += 1) {
      const socket = net.connect(80, vip);
      opened.push(socket);
      await once(socket, 'data');
    }
  });
  const [a = 0, b = 0, c = 0] = backendIps.map((ip) => arrived.get(ip));
  return {
    shares: [a, b, c],
    close: () => {
      for (const socket of [...opened, ...accepted]) socket.destroy();
      for (const server of servers) server.close();
    },
  };
}

/** Active connections per endpoint as ipvsadm lists them. */
function listedShares(lane: Lane): Shares {
  const listing = runIn(lane.node, 'ipvsadm', '-Ln');
  const [a = 0, b = 0, c = 0] = backendIps.map((ip) =>
    Number(new RegExp(`-> ${ip.replaceAll('.', '\\.')}:8080\\s+Masq\\s+\\d+\\s+(\\d+)`).exec(listing)?.[1]),
  );
  return [a, b, c];
}

const connections = 12;

/** hash_32 of the kernel: the key of sh and dh. */
const hash32 = (value: number, bits: number): number => (Math.imul(value, 0x61c88647) >>> 0) >>> (32 - bits);

/** sh and dh fill 256 buckets with the destinations in turn, last added first: as many each as its weight, or one. */
function bucketOwner(bucket: number, weights: readonly number[]): number {
  const turn = weights.flatMap((weight, index) => Array.from({ length: weight }, () => index)).reverse();
  return turn[bucket % turn.length] ?? 0;
}

const all = (index: number): Shares =>
  [0, 1, 2].map((place) => (place === index ? connections : 0)) as unknown as Shares;

const clientAddress = 0x0a010002;
const vipAddress = 0x0a600050;

/** Where twelve connections that stay open arrive, by the rules of each scheduler (net/netfilter/ipvs of Linux 6.1). */
const expected: readonly (readonly [scheduler: IpvsScheduler, why: string, shares: Shares])[] = [
  ['rr', 'in turn', [4, 4, 4]],
  ['wrr', 'in turn by weight', [6, 4, 2]],
  ['lc', 'the fewest connections', [4, 4, 4]],
  ['wlc', 'the fewest connections for its weight', [6, 4, 2]],
  ['sed', 'the shortest wait expected', [6, 4, 2]],
  ['nq', 'who is idle, then the shortest wait expected', [6, 4, 2]],
  ['fo', 'the heaviest', [12, 0, 0]],
  // It begins with the first of the list, the last added, and leaves a destination that has more connections than its
  // weight while another has less than half of its own: after 2 of weight 1 and 3 of weight 2 nobody has.
  ['lblc', 'one destination for one address until it is overloaded', [7, 3, 2]],
  ['lblcr', 'the least loaded of those that the address was led to', [6, 4, 2]],
  ['dh', 'by the hash of the destination', all(bucketOwner(hash32(vipAddress, 8), [1, 1, 1]))],
  ['sh', 'by the hash of the source', all(bucketOwner(hash32(clientAddress, 8), [3, 2, 1]))],
];

describe('an IPVS scheduler places connections that stay open', () => {
  let lane: Lane;
  before(function () {
    needIpvs(this);
    const reason = whyNoLegacy();
    if (reason !== undefined) skipBecause(this, reason);
  });
  beforeEach(() => {
    lane = createLane({ backendAddresses: backendIps });
  });
  afterEach(() => lane.close());

  async function place(scheduler: IpvsScheduler, count = connections): Promise<Shares> {
    const plane = createIpvsDataPlane({ scheduler });
    await plane.apply(lane.node, undefined, plane.plan([service({ name: 'web', ip: vip, endpoints })]));
    const { shares, close } = await openAndKeep(lane, count);
    try {
      assert.deepEqual(listedShares(lane), shares, 'ipvsadm lists other connections than arrived');
      return shares;
    } finally {
      close();
    }
  }

  for (const [scheduler, why, shares] of expected) {
    it(`${scheduler}: ${why}`, async () => assert.deepEqual(await place(scheduler), shares));
  }

  it('ovf: the heaviest until it has as many as its weight says, then the next', async () => {
    // A destination is full when it has more than its weight, so it takes one beyond it.
    assert.deepEqual(await place('ovf', 9), [4, 3, 2]);
  });

  it('mh: by the hash of address and port, so that many ports reach everyone', async () => {
    const shares = await place('mh', 36);
    assert.equal(shares[0] + shares[1] + shares[2], 36);
    for (const share of shares) assert.ok(share > 0, String(shares));
  });
});
