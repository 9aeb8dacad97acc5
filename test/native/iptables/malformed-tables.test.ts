import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeTable, type RawTable } from '../../../native/iptables/decode.ts';
import { encodeTable } from '../../../native/iptables/encode.ts';
import { IptablesError, type Table } from '../../../native/iptables/index.ts';
import { rawOf, vocabularySets } from './encoded.ts';
import { vocabularyTable } from './vocabulary.ts';

const whole = [
  rawOf(encodeTable(vocabularyTable('filter'), vocabularySets)),
  rawOf(encodeTable(vocabularyTable('nat'), vocabularySets)),
];

/** A table or an error of the class that callers handle; anything else, a crash included, fails the test. */
function decoded(raw: RawTable): Table | undefined {
  try {
    return decodeTable(raw, vocabularySets);
  } catch (error) {
    assert.ok(error instanceof IptablesError, `${(error as Error).stack}`);
    assert.equal(error.code, 'malformed');
    return undefined;
  }
}

describe('Bytes that are no iptables table', () => {
  it('cut short at any place are refused', () => {
    for (const raw of whole) {
      for (let length = 0; length < raw.entries.length; length += 4) {
        assert.equal(decoded({ ...raw, entries: raw.entries.slice(0, length) }), undefined);
      }
    }
  });

  it('with any bytes changed are read or refused', () => {
    const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)));
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.array(change, { minLength: 1, maxLength: 4 }), (raw, changes) => {
        const entries = raw.entries.slice();
        for (const [at, value] of changes) entries[at % entries.length] = value;
        if (decoded({ ...raw, entries }) === undefined) refused++;
      }),
      { numRuns: 5000 },
    );
    assert.ok(refused > 100, `${refused} refused`);
  });

  it('that are read in spite of a change are written as they were, or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.nat(), fc.nat(255), (raw, at, value) => {
        const entries = raw.entries.slice();
        entries[at % entries.length] = value;
        const table = decoded({ ...raw, entries });
        if (table === undefined) return;
        const again = encodeOrRefuse(table);
        if (again === undefined) return;
        assert.deepEqual(byName(decodeTable(again, vocabularySets)), byName(table));
      }),
      { numRuns: 3000 },
    );
  });

  it('of pure chance are refused', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        fc.array(fc.nat(2000), { minLength: 5, maxLength: 5 }),
        (entries, hookEntries) => {
          assert.equal(decoded({ name: 'nat', hookEntries, entryCount: 5, entries }), undefined);
        },
      ),
    );
  });

  it('with another number of entries, or hooks elsewhere, are refused', () => {
    for (const raw of whole) {
      assert.equal(decoded({ ...raw, entryCount: raw.entryCount + 1 }), undefined);
      assert.equal(decoded({ ...raw, hookEntries: raw.hookEntries.map((offset) => offset + 8) }), undefined);
      assert.equal(decoded({ ...raw, hookEntries: [] }), undefined);
    }
  });
});

/** A changed name gives a chain another place. */
function byName({ chains, ...table }: Table): Table {
  return { ...table, chains: chains.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** What the kernel would not have accepted may be refused on the way back. */
function encodeOrRefuse(table: Table): RawTable | undefined {
  try {
    return rawOf(encodeTable(table, vocabularySets));
  } catch (error) {
    assert.ok(error instanceof IptablesError, `${(error as Error).stack}`);
    return undefined;
  }
}
