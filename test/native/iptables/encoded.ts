/** Encoded tables as a kernel would give them back, for tests that need none. */
import type { RawTable } from '../../../native/iptables/decode.ts';
import type { EncodedTable } from '../../../native/iptables/encode.ts';
import { iptablesErrors } from '../../../native/iptables/errors.ts';
import type { SetIndexes } from '../../../native/iptables/extensions/codec.ts';
import type { TableName } from '../../../native/iptables/index.ts';
import { countersHeader, entry, replaceHeader } from '../../../native/iptables/layout.ts';
import { setsOfVocabulary } from './vocabulary.ts';

/** The indexes that a fresh namespace gives these sets. */
export function setsNamed(names: readonly string[]): SetIndexes {
  return {
    indexOf(name) {
      const index = names.indexOf(name);
      if (index < 0) throw iptablesErrors.noSuchSet(name);
      return index;
    },
    nameOf: (index) => names[index],
  };
}

export const vocabularySets = setsNamed(setsOfVocabulary);

/** What IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES would tell of the table, its counters put in. */
export function rawOf({ replace, counters }: EncodedTable): RawTable {
  const header = Buffer.from(replace.buffer, replace.byteOffset, replace.length);
  const name = header.toString('latin1', 0, header.indexOf(0)) as TableName;
  const hookEntries = Array.from({ length: 5 }, (_, hook) => header.readUInt32LE(replaceHeader.hookEntryAt + 4 * hook));
  const entries = Buffer.from(replace.subarray(replaceHeader.bytes));
  const entryCount = header.readUInt32LE(replaceHeader.entryCountAt);
  if (counters !== undefined) {
    let at = 0;
    for (let number = 0; number < entryCount; number++) {
      const from = countersHeader.bytes + countersHeader.eachBytes * number;
      entries.set(counters.subarray(from, from + countersHeader.eachBytes), at + entry.packetsAt);
      at += entries.readUInt16LE(at + entry.nextOffsetAt);
    }
  }
  return { name, hookEntries, entryCount, entries: Uint8Array.from(entries) };
}
