import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createIptablesPlanner } from '../../src/proxy/iptables/plan.ts';
import { nftChange } from '../../src/proxy/nftables/change.ts';
import { createNftablesPlanner } from '../../src/proxy/nftables/plan.ts';
import type { ServicePort } from '../../src/proxy/types.ts';
import { oneOfEach, service } from './sample-services.ts';
import { traceIptables } from './tracer/iptables-tracer.ts';
import { applyCommands, emptyModel } from './tracer/nft-model.ts';
import { traceNft } from './tracer/nft-tracer.ts';
import { type Outcome, type Packet, packet } from './tracer/packet.ts';

const pod = '10.1.0.2';

/** What a packet meets in each mode; `unallocated` and `otherPort` differ because only nftables mode guards them. */
const modes: readonly {
  readonly name: string;
  readonly trace: (services: readonly ServicePort[], sent: Packet) => Outcome;
  readonly otherPort: string;
  readonly unallocated: string;
}[] = [
  {
    name: 'iptables',
    trace: (services, sent) => traceIptables(createIptablesPlanner()(services), sent),
    otherPort: 'untouched',
    unallocated: 'untouched',
  },
  {
    name: 'nftables',
    trace: (services, sent) => {
      const model = emptyModel();
      applyCommands(model, nftChange(undefined, createNftablesPlanner()(services)).commands);
      return traceNft(model, sent);
    },
    otherPort: 'rejected',
    unallocated: 'dropped',
  },
];

function assertShares(actual: Outcome, expected: Outcome): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected));
  for (const [end, share] of Object.entries(expected)) {
    assert.ok(Math.abs((actual[end] ?? 0) - share) < 1e-9, `${end}: ${actual[end]} instead of ${share}`);
  }
}

for (const { name, trace, otherPort, unallocated } of modes) {
  describe(`${name} mode leads a new connection`, () => {
    const ends = (destination: string, port: number, protocol: 'tcp' | 'udp' = 'tcp', source = pod): Outcome =>
      trace(oneOfEach, packet(source, destination, port, protocol));

    it('to the only endpoint, its source kept', () => assertShares(ends('10.96.0.41', 80), { '10.2.1.1:80': 1 }));

    it('to each of several endpoints alike, whatever their weights', () =>
      assertShares(ends('10.96.0.44', 80), { '10.2.1.4:80': 1 / 3, '10.2.1.5:80': 1 / 3, '10.2.1.6:8080': 1 / 3 }));

    it('by protocol, where two share address and port', () => {
      const both = { '10.2.1.7:53': 0.5, '10.2.1.8:53': 0.5 };
      assertShares(ends('10.96.0.10', 53, 'udp'), both);
      assertShares(ends('10.96.0.10', 53, 'tcp'), both);
      assertShares(ends('10.96.0.41', 80, 'udp'), { [otherPort]: 1 });
    });

    it('of a client not seen before by chance also with affinity', () =>
      assertShares(ends('10.96.0.45', 8443), { '10.2.1.1:443': 0.5, '10.3.1.2:443': 0.5 }));

    it('from an endpoint back to itself masqueraded', () =>
      assertShares(ends('10.96.0.41', 80, 'tcp', '10.2.1.1'), { '10.2.1.1:80 masqueraded': 1 }));

    it('from outside the cluster masqueraded', () =>
      assertShares(ends('10.96.0.41', 80, 'tcp', '192.0.2.1'), { '10.2.1.1:80 masqueraded': 1 }));

    it('to a Service without endpoints into a refusal', () => assertShares(ends('10.96.0.46', 80), { rejected: 1 }));

    it(`to a port that the Service has not: ${otherPort}`, () =>
      assertShares(ends('10.96.0.41', 81), { [otherPort]: 1 }));

    it(`to a cluster IP that nobody has: ${unallocated}`, () =>
      assertShares(ends('10.96.7.7', 80), { [unallocated]: 1 }));

    it('to a pod itself untouched', () => assertShares(ends('10.2.1.1', 80), { untouched: 1 }));

    it('to each of any number of endpoints with equal probability', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 120 }), (count) => {
          const endpoints = Array.from({ length: count }, (_, index) => `10.2.1.${index}:80`);
          const outcome = trace([service({ name: 'a', ip: '10.96.0.1', endpoints })], packet(pod, '10.96.0.1', 80));
          const shares = Object.values(outcome);
          assert.equal(shares.length, count);
          // kube-proxy writes ten digits, and the errors of the rules before add up.
          for (const share of shares) assert.ok(Math.abs(share - 1 / count) < 1e-8, `${share} of ${count}`);
        }),
        { numRuns: 25 },
      );
    });
  });
}
