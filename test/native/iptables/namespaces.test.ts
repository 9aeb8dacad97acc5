import assert from 'node:assert/strict';
import { readlinkSync } from 'node:fs';
import { readTable, replaceTable, type Table } from '../../../native/iptables/index.ts';
import { withNetns } from '../../../native/netns/index.ts';
import { inPrivateNamespaces } from '../../support/namespaces.ts';
import { createSets, needIptables, save } from './tools.ts';

const tableWith = (chain: string): Table => ({ name: 'filter', chains: [{ name: chain, rules: [] }] });
const ownNamespace = (): string => readlinkSync('/proc/thread-self/ns/net');

describe('An iptables table', () => {
  before(function () {
    needIptables(this);
  });

  it('belongs to the namespace it was written in, and to no other', () =>
    inPrivateNamespaces(2, (a, b) => {
      const home = ownNamespace();
      replaceTable(tableWith('KUBE-A'), a);
      replaceTable(tableWith('KUBE-B'), b);
      assert.equal(ownNamespace(), home);
      assert.match(save(a, 'filter'), /^:KUBE-A - /m);
      assert.doesNotMatch(save(a, 'filter'), /KUBE-B/);
      assert.equal(readTable('filter', b).chains.at(-1)?.name, 'KUBE-B');
      assert.equal(ownNamespace(), home);
    }));

  it("is that of the calling thread's namespace by default", () =>
    inPrivateNamespaces(1, (netns) => {
      withNetns(netns, () => replaceTable(tableWith('KUBE-HERE')));
      assert.equal(readTable('filter', netns).chains.at(-1)?.name, 'KUBE-HERE');
      assert.equal(withNetns(netns, () => readTable('filter')).chains.at(-1)?.name, 'KUBE-HERE');
    }));

  it('names the sets of its own namespace', () =>
    inPrivateNamespaces(2, (a, b) => {
      createSets(a, ['FIRST', 'SECOND']);
      createSets(b, ['SECOND', 'FIRST']);
      const rule = {
        matches: [{ match: 'set', name: 'FIRST', directions: ['src'] }],
        target: { target: 'none' },
      } as const;
      const table: Table = { name: 'filter', chains: [{ name: 'A', rules: [rule] }] };
      for (const netns of [a, b]) {
        replaceTable(table, netns);
        assert.match(save(netns, 'filter'), /-A A -m set --match-set FIRST src$/m);
        assert.deepEqual(readTable('filter', netns).chains.at(-1)?.rules, [rule]);
      }
    }));

  it('of a namespace that is none is refused', () => {
    assert.throws(() => readTable('filter', { fd: 1_000_000 }), {
      code: 'invalid',
      message: /cannot enter the network namespace .*EBADF.*createNetns/,
    });
  });
});
