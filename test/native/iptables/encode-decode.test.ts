import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeTable } from '../../../native/iptables/decode.ts';
import { encodeTable } from '../../../native/iptables/encode.ts';
import { tables } from './arbitraries.ts';
import { rawOf, setsNamed } from './encoded.ts';

const names = ['KUBE-A', 'KUBE-B', 'KUBE-C'];
const sets = setsNamed(names);

describe('A table turned into bytes', () => {
  it('is read back as it was, counters too', () => {
    fc.assert(
      fc.property(tables(names), (table) => {
        assert.deepEqual(decodeTable(rawOf(encodeTable(table, sets)), sets), table);
      }),
    );
  });

  it('does not depend on the order of its chains', () => {
    fc.assert(
      fc.property(tables(names), fc.func(fc.nat()), (table, rank) => {
        const shuffled = { ...table, chains: table.chains.toSorted((a, b) => rank(a.name) - rank(b.name)) };
        assert.deepEqual(encodeTable(shuffled, sets), encodeTable(table, sets));
      }),
    );
  });

  it('gets built-in chains that were left out, empty with policy ACCEPT', () => {
    const { chains } = decodeTable(rawOf(encodeTable({ name: 'mangle', chains: [] }, sets)), sets);
    const names = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];
    assert.deepEqual(
      chains,
      names.map((name) => ({ name, policy: 'ACCEPT', rules: [] })),
    );
  });

  it('finds room for a rule far larger than was guessed', () => {
    const data = new Uint8Array(30_000).fill(7);
    const opaque = { match: 'opaque', name: 'large', revision: 255, data } as const;
    const rule = { matches: [opaque, opaque], target: { target: 'none' } } as const;
    const table = { name: 'raw', chains: [{ name: 'A', rules: [rule, rule, rule] }] } as const;
    const read = decodeTable(rawOf(encodeTable(table, sets)), sets);
    assert.deepEqual(read.chains.at(-1), table.chains[0]);
  });
});
