import assert from 'node:assert/strict';
import { type InjectOptions, inject } from '../../../native/traffic/index.ts';
import type { Lane } from '../../../src/kernel/topology.ts';
import { inLane, sinkIp } from '../../support/lane.ts';
import { needNetns, runIn } from '../../support/namespaces.ts';

const packets = 3000;

function options(lane: Lane, changes: Partial<InjectOptions>): InjectOptions {
  return {
    netns: lane.client,
    device: lane.clientDevice,
    sourceMac: lane.clientMac,
    destinationMac: lane.nodeMac,
    target: { ip: sinkIp, port: 9 },
    sourceNet: '10.1.0.0',
    firstFlow: 0,
    flows: packets,
    packets,
    payloadBytes: 18,
    sink: { netns: lane.backends, device: lane.backendsDevice },
    ...changes,
  };
}

function snmp(lane: Lane, line: string, field: string): number {
  const [names, values] = runIn(lane.backends, 'cat', '/proc/thread-self/net/snmp')
    .split('\n')
    .filter((text) => text.startsWith(`${line}:`))
    .map((text) => text.split(' '));
  const value = values?.[names?.indexOf(field) ?? -1];
  assert.ok(value !== undefined, `${line} ${field} is not counted`);
  return Number(value);
}

describe('injected packets reach the backends before inject returns', () => {
  before(function () {
    needNetns(this);
  });

  for (const protocol of ['udp', 'tcp-syn'] as const) {
    it(`all of them, routed: ${protocol}`, () =>
      inLane([], (lane) => {
        const payloadBytes = protocol === 'udp' ? 18 : 0;
        const result = inject(options(lane, { protocol, payloadBytes }));
        assert.equal(result.packets, packets);
        assert.equal(result.delivered, packets);
      }));

    it(`all of them, through DNAT and conntrack: ${protocol}`, () =>
      inLane([], (lane) => {
        const l4 = protocol === 'udp' ? 'udp' : 'tcp';
        const rule = ['-d', '10.96.0.1', '-p', l4, '--dport', '53', '-j', 'DNAT', '--to-destination', `${sinkIp}:9`];
        runIn(lane.node, 'iptables-legacy', '-t', 'nat', '-A', 'PREROUTING', ...rule);
        const payloadBytes = protocol === 'udp' ? 18 : 0;
        const result = inject(options(lane, { protocol, payloadBytes, target: { ip: '10.96.0.1', port: 53 } }));
        assert.equal(result.delivered, packets);
        // Each new flow passed the nat table once: conntrack took none of them for INVALID.
        const counters = runIn(lane.node, 'iptables-legacy', '-t', 'nat', '-xvnL', 'PREROUTING');
        assert.match(counters, new RegExp(`^\\s*${packets}\\s+\\d+ DNAT`, 'm'));
      }));
  }

  it('once per flow through the nat table when flows are gone round again', () =>
    inLane([], (lane) => {
      const rule = ['-d', '10.96.0.1', '-p', 'udp', '-j', 'DNAT', '--to-destination', sinkIp];
      runIn(lane.node, 'iptables-legacy', '-t', 'nat', '-A', 'PREROUTING', ...rule);
      const result = inject(options(lane, { flows: 100, target: { ip: '10.96.0.1', port: 53 } }));
      assert.equal(result.delivered, packets);
      const counters = runIn(lane.node, 'iptables-legacy', '-t', 'nat', '-xvnL', 'PREROUTING');
      assert.match(counters, /^\s*100\s+\d+ DNAT/m);
    }));

  it('and end there without an answer and without reaching IP', () =>
    inLane([], (lane) => {
      inject(options(lane, {}));
      assert.equal(snmp(lane, 'Ip', 'InReceives'), 0);
      assert.equal(snmp(lane, 'Icmp', 'OutMsgs'), 0);
    }));

  it('is counted short when packets are lost on the way', () =>
    inLane([], (lane) => {
      runIn(lane.node, 'iptables-legacy', '-A', 'FORWARD', '-p', 'udp', '-j', 'DROP');
      assert.equal(inject(options(lane, {})).delivered, 0);
    }));

  it('leaves out the count when no sink is named', () =>
    inLane([], (lane) => {
      const { sink: _, ...withoutSink } = options(lane, {});
      assert.ok(!('delivered' in inject(withoutSink)));
    }));

  it('gives one time per batch, which add up to the elapsed time', () =>
    inLane([], (lane) => {
      const result = inject(options(lane, {}));
      const sizes = result.batchNsPerPacket.map((_, index, all) => (index < all.length - 1 ? 256 : packets % 256));
      assert.equal(sizes.length, Math.ceil(packets / 256));
      const sumNs = result.batchNsPerPacket.reduce((sum, ns, index) => sum + ns * (sizes[index] ?? 0), 0);
      assert.ok(Math.abs(sumNs - result.elapsedNs) < 1, `${sumNs} is not ${result.elapsedNs}`);
      assert.ok(result.batchNsPerPacket.every((ns) => ns > 0));
    }));
});
