import assert from 'node:assert/strict';
import { type Chain, readTable, replaceTable, type Table } from '../../../native/iptables/index.ts';
import type { Netns } from '../../../native/netns/index.ts';
import { inPrivateNetns, runIn } from '../../support/namespaces.ts';
import { needIptables, save } from './tools.ts';

const large = 2n ** 63n + 1n;

/** Counts what leaves for 127.0.0.2, by rule and by policy. */
function countingTable(counts: { readonly rule?: bigint; readonly policy?: bigint }): Table {
  const counters = (value: bigint | undefined) =>
    value === undefined ? {} : { counters: { packets: value, bytes: value } };
  return {
    name: 'filter',
    chains: [
      { name: 'INPUT', policy: 'ACCEPT', rules: [] },
      { name: 'FORWARD', policy: 'ACCEPT', ...counters(counts.policy), rules: [] },
      {
        name: 'OUTPUT',
        policy: 'ACCEPT',
        rules: [
          {
            destination: { ip: '127.0.0.2', prefix: 32 },
            matches: [],
            target: { target: 'none' },
            ...counters(counts.rule),
          },
        ],
      },
    ],
  };
}

function chainOf(netns: Netns, name: string): Chain | undefined {
  return readTable('filter', netns).chains.find((chain) => chain.name === name);
}

/** One datagram of 28 + 5 bytes; nobody needs to listen. */
function sendDatagram(netns: Netns): void {
  runIn(netns, 'bash', '-c', 'printf hello > /dev/udp/127.0.0.2/9');
}

describe('Counters of an iptables table', () => {
  before(function () {
    needIptables(this);
  });

  it('are those that were given, up to 64 bits', () =>
    inPrivateNetns((netns) => {
      const table = countingTable({ rule: 7n, policy: large });
      replaceTable(table, netns);
      assert.deepEqual(readTable('filter', netns), table);
      assert.match(save(netns, 'filter', '--counters'), new RegExp(`^:FORWARD ACCEPT \\[${large}:${large}\\]$`, 'm'));
      assert.match(save(netns, 'filter', '--counters'), /^\[7:7\] -A OUTPUT/m);
    }));

  it('are zero when none are given, whatever the table before had counted', () =>
    inPrivateNetns((netns) => {
      replaceTable(countingTable({ rule: 7n, policy: 7n }), netns);
      replaceTable(countingTable({}), netns);
      assert.deepEqual(readTable('filter', netns), countingTable({}));
    }));

  it('go on from what was read when a table is read, changed and written', () =>
    inPrivateNetns((netns) => {
      replaceTable(countingTable({ rule: 100n }), netns);
      sendDatagram(netns);
      const { name, chains } = readTable('filter', netns);
      replaceTable({ name, chains: [...chains, { name: 'KUBE-NEW', rules: [] }] }, netns);
      sendDatagram(netns);
      assert.deepEqual(chainOf(netns, 'OUTPUT')?.rules[0]?.counters, { packets: 102n, bytes: 100n + 2n * 33n });
    }));
});
