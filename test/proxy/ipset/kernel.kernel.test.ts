import assert from 'node:assert/strict';
import {
  createMessage,
  entryMessages,
  formatDefinition,
  formatEntry,
  type IpsetEntry,
} from '../../../src/proxy/ipset/messages.ts';
import { sendIpsetMessages } from '../../../src/proxy/ipset/socket.ts';
import { setDefinitions } from '../../../src/proxy/ipvs/sets.ts';
import { inPrivateNetns, needNetns, runIn } from '../../support/namespaces.ts';

const port = (protocol: 'tcp' | 'udp' | 'sctp', number: number) => ({ protocol, number });
const entries: readonly IpsetEntry[] = [
  { set: 'KUBE-CLUSTER-IP', ip: '10.96.0.1', port: port('tcp', 443) },
  { set: 'KUBE-CLUSTER-IP', ip: '10.96.0.1', port: port('udp', 53) },
  { set: 'KUBE-CLUSTER-IP', ip: '255.255.255.254', port: port('sctp', 65_535) },
  { set: 'KUBE-LOOP-BACK', ip: '10.2.1.1', port: port('tcp', 80), ip2: '10.2.1.1' },
  { set: 'KUBE-IPVS-IPS', ip: '10.96.0.1' },
];

describe('sets that were made through netlink', () => {
  before(function () {
    needNetns(this);
  });

  /** Lines of `ipset save`, without the parts that newer versions of it append to a set. */
  const saved = (listing: string): string[] =>
    listing
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/ (bucketsize|initval) \S+/g, ''))
      .sort();

  it('are what the command ipset lists', () =>
    inPrivateNetns((node) => {
      sendIpsetMessages(node, [...setDefinitions.map(createMessage), ...entryMessages('add', entries)]);
      const expected = [
        ...setDefinitions.map(formatDefinition),
        ...entries.map((entry) => `add ${entry.set} ${formatEntry(entry)}`),
      ];
      assert.deepEqual(saved(runIn(node, 'ipset', 'save')), expected.sort());
      sendIpsetMessages(node, entryMessages('del', entries));
      assert.deepEqual(saved(runIn(node, 'ipset', 'save')), setDefinitions.map(formatDefinition).sort());
    }));

  it('take thousands of entries', () =>
    inPrivateNetns((node) => {
      const many = Array.from({ length: 5000 }, (_, index): IpsetEntry => {
        const ip = `10.3.${index >> 8}.${index & 255}`;
        return { set: 'KUBE-LOOP-BACK', ip, port: port('tcp', 80), ip2: ip };
      });
      sendIpsetMessages(node, [...setDefinitions.map(createMessage), ...entryMessages('add', many)]);
      const listed = runIn(node, 'ipset', 'save', 'KUBE-LOOP-BACK').match(/^add /gm);
      assert.equal(listed?.length, 5000);
    }));
});
