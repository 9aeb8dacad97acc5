/** Entries as text that can be read and compared: a title, then the words that are not zero with their offsets. */
import type { Table } from '../../../native/iptables/index.ts';
import { jumpTarget, type Word } from './vocabulary.ts';

/** A table whose only rule is the word's, in a chain that nothing leads to. */
export function tableOf({ table, rule }: Word): Table {
  return {
    name: table,
    chains: [
      { name: jumpTarget, rules: [] },
      { name: 'KUBE-WORD', rules: [rule] },
    ],
  };
}

/** Head and foot of the last chain, and the table's end: what follows the rule, and what is before it. */
const headBytes = 176;
const footBytes = 152;

/** The rule's entry within all entries of `tableOf`: the last before the foot and the end mark. */
export function lastRule(entries: Uint8Array): Uint8Array {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const end = entries.length - headBytes - footBytes;
  let at = 0;
  while (at + view.getUint16(at + 90, true) < end) at += view.getUint16(at + 90, true);
  return entries.slice(at, end);
}

/** One block of the golden file. */
export function describeBytes(title: string, bytes: Uint8Array): string {
  const lines = [`${title} (${bytes.length} bytes)`];
  for (let at = 0; at < bytes.length; at += 8) {
    const word = Buffer.from(bytes.subarray(at, at + 8));
    if (word.some((byte) => byte !== 0)) lines.push(`  ${String(at).padStart(4)} ${word.toString('hex')}`);
  }
  return `${lines.join('\n')}\n`;
}
