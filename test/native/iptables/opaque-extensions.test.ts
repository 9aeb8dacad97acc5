import assert from 'node:assert/strict';
import { IptablesError, type Match, readTable, replaceTable, type Target } from '../../../native/iptables/index.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';
import { needIptables, rawEntries, restore, save } from './tools.ts';

/** Extensions, revisions and options that are not in the vocabulary. */
const foreign = {
  filter: [
    '-m limit --limit 3/min --limit-burst 7',
    '-p tcp -m multiport --dports 80,443,8000:8080',
    '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
    '-m state --state NEW',
    '-m conntrack --ctproto 6 --ctdir ORIGINAL',
    '-m addrtype ! --src-type LOCAL',
    '-m addrtype --dst-type LOCAL --limit-iface-in',
    '-m recent --update --seconds 60 --hitcount 4 --name elsewhere --mask 255.255.255.255 --rdest',
    '-m statistic --mode random ! --probability 0.25000000000',
    '-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name h',
    '-m comment --comment "kept as text" -m limit --limit 1/hour',
    '-p sctp -m sctp --chunk-types any DATA,INIT',
    '-j LOG --log-prefix "dropped: "',
    '-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff',
    '-j NFLOG --nflog-group 30',
    '-j MARK --set-xmark 0x1/0xff',
  ],
  nat: [
    '-p tcp -j REDIRECT --to-ports 8080-8090',
    '-p tcp -j DNAT --to-destination 10.2.0.2-10.2.0.9:80 --random --persistent',
    '-p tcp -j DNAT --to-destination 10.2.0.2:80-90',
    '-j NETMAP --to 10.3.0.0/16',
  ],
} as const;

function textOf(table: keyof typeof foreign): string {
  const lines = foreign[table].map((rule) => `-A FOREIGN ${rule}`);
  return [`*${table}`, ':FOREIGN - [0:0]', ...lines, 'COMMIT', ''].join('\n');
}

describe('Extensions outside the vocabulary', () => {
  before(function () {
    needIptables(this);
  });

  for (const table of ['filter', 'nat'] as const) {
    it(`${table}: survive being read and written, byte for byte`, () =>
      inPrivateNetns((netns) => {
        restore(netns, textOf(table));
        const entries = rawEntries(netns, table);
        const text = save(netns, table);
        const read = readTable(table, netns);
        replaceTable({ name: table, chains: [] }, netns);
        replaceTable(read, netns);
        assert.deepEqual(rawEntries(netns, table), entries);
        assert.equal(save(netns, table), text);
      }));
  }

  it('are kept as bytes, with what is known beside them read', () =>
    inPrivateNetns((netns) => {
      restore(netns, textOf('filter'));
      const rules = readTable('filter', netns).chains.find(({ name }) => name === 'FOREIGN')?.rules ?? [];
      assert.equal(rules.length, foreign.filter.length);
      for (const [index, { matches, target }] of rules.entries()) {
        const parts: readonly (Match | Target)[] = [...matches, target];
        const opaque = parts.filter((part) => ('match' in part ? part.match : part.target) === 'opaque');
        assert.equal(opaque.length, 1, foreign.filter[index]);
      }
      const commented = rules[foreign.filter.findIndex((rule) => rule.startsWith('-m comment'))];
      assert.deepEqual(commented?.matches[0], { match: 'comment', text: 'kept as text' });
    }));

  it('that the kernel does not have are named, and nothing changes', () =>
    inPrivateNetns((netns) => {
      restore(netns, textOf('filter'));
      const text = save(netns, 'filter');
      const rules = [
        { matches: [], target: { target: 'ACCEPT' } },
        {
          matches: [{ match: 'opaque', name: 'nonsuch', revision: 3, data: new Uint8Array(8) }],
          target: { target: 'ACCEPT' },
        },
      ] as const;
      assert.throws(
        () => replaceTable({ name: 'filter', chains: [{ name: 'KUBE-A', rules }] }, netns),
        (error) => {
          assert.ok(error instanceof IptablesError);
          assert.equal(error.code, 'unknown-extension');
          assert.match(error.message, /match nonsuch revision 3 \(rule 2 of chain KUBE-A\).*nothing was changed/);
          return true;
        },
      );
      assert.equal(save(netns, 'filter'), text);
    }));

  it('of a revision that the kernel does not have are named with it', () =>
    inPrivateNetns((netns) => {
      const target = { target: 'opaque', name: 'MARK', revision: 200, data: new Uint8Array(8) } as const;
      const chains = [{ name: 'KUBE-A', rules: [{ matches: [], target }] }];
      assert.throws(() => replaceTable({ name: 'filter', chains }, netns), /target MARK revision 200/);
    }));
});
