/** A table as the bytes of the kernel's interface. Pure: which index an ipset has is asked through `sets`. */
import { BlobWriter } from './blob.ts';
import { isBuiltin, tableNames } from './builtins.ts';
import { encodeExtensionHeader, encodeRule, type TableContext } from './encode-rule.ts';
import { IptablesError, iptablesErrors } from './errors.ts';
import type { SetIndexes } from './extensions/codec.ts';
import {
  chainFootBytes,
  chainHeadBytes,
  countersHeader,
  entry,
  errorTarget,
  extensionHeader,
  replaceHeader,
  standardTargetBytes,
  verdicts,
} from './layout.ts';
import { type PlacedChain, planLayout } from './plan-layout.ts';
import type { Chain, Counters, Table } from './table.ts';

export interface EncodedTable {
  /** struct ipt_replace with the entries behind it, for IPT_SO_SET_REPLACE. */
  readonly replace: Uint8Array;
  /** struct xt_counters_info, for IPT_SO_SET_ADD_COUNTERS; absent when every counter is zero. */
  readonly counters?: Uint8Array;
}

/** Collects the counters, which the kernel takes by entry number in a call of their own. */
class CounterWriter {
  #out: BlobWriter | undefined;
  readonly #table: string;
  readonly #entryCount: number;

  constructor(table: string, entryCount: number) {
    this.#table = table;
    this.#entryCount = entryCount;
  }

  put(entryNumber: number, counters: Counters | undefined): void {
    if (counters === undefined) return;
    for (const value of [counters.packets, counters.bytes]) {
      if (value < 0n || value > 0xffff_ffff_ffff_ffffn) {
        throw iptablesErrors.misuse(`a counter is ${value}`, 'give a number that fits into 64 bits');
      }
    }
    this.#out ??= this.#begin();
    const at = countersHeader.bytes + countersHeader.eachBytes * entryNumber;
    this.#out.u64(at, counters.packets);
    this.#out.u64(at + 8, counters.bytes);
  }

  get bytes(): Uint8Array | undefined {
    return this.#out?.bytes;
  }

  #begin(): BlobWriter {
    const out = new BlobWriter(countersHeader.bytes + countersHeader.eachBytes * this.#entryCount);
    out.text(0, this.#table, replaceHeader.tableNameBytes, 'table name');
    out.u32(countersHeader.countAt, this.#entryCount);
    return out;
  }
}

function encodeErrorEntry(out: BlobWriter, at: number, name: string): void {
  out.u16(at + entry.targetOffsetAt, entry.bytes);
  out.u16(at + entry.nextOffsetAt, chainHeadBytes);
  const nameAt = encodeExtensionHeader(out, at + entry.bytes, errorTarget.bytes, errorTarget.name, 0);
  out.text(nameAt, name, errorTarget.chainNameBytes, 'chain name');
}

function encodeFoot(out: BlobWriter, at: number, verdict: number): void {
  out.u16(at + entry.targetOffsetAt, entry.bytes);
  out.u16(at + entry.nextOffsetAt, chainFootBytes);
  encodeExtensionHeader(out, at + entry.bytes, standardTargetBytes, '', 0);
  out.u32(at + entry.bytes + extensionHeader.bytes, verdict);
}

function policyVerdict({ name, policy = 'ACCEPT' }: Chain): number {
  if (policy !== 'ACCEPT' && policy !== 'DROP') {
    throw iptablesErrors.choice(`policy of chain ${name}`, policy, ['ACCEPT', 'DROP']);
  }
  return verdicts[policy];
}

/** Encodes a chain with its head and foot and returns the number of the entry after it. */
function encodeChain(
  out: BlobWriter,
  placed: PlacedChain,
  context: TableContext,
  firstEntry: number,
  counters: CounterWriter,
): number {
  const { chain, builtin } = placed;
  let at = context.entriesAt + placed.offset;
  let entryNumber = firstEntry;
  if (builtin === undefined) {
    encodeErrorEntry(out, at, chain.name);
    at += chainHeadBytes;
    entryNumber++;
  }
  let number = 0;
  try {
    for (const rule of chain.rules) {
      number++;
      at = encodeRule(out, at, rule, context);
      counters.put(entryNumber++, rule.counters);
    }
  } catch (error) {
    throw error instanceof IptablesError ? error.at({ chain: chain.name, rule: number }) : error;
  }
  if (builtin === undefined) {
    encodeFoot(out, at, verdicts.RETURN);
  } else {
    encodeFoot(out, at, policyVerdict(chain));
    counters.put(entryNumber, chain.counters);
    out.u32(replaceHeader.hookEntryAt + 4 * builtin.hook, placed.offset);
    out.u32(replaceHeader.underflowAt + 4 * builtin.hook, at - context.entriesAt);
  }
  return entryNumber + 1;
}

/**
 * Encodes a whole table. The extensions' revisions are the newest of each, as iptables 1.8.9 chooses them; every
 * kernel since 4.18 has them all.
 * @throws IptablesError that names the chain and the rule's number
 */
export function encodeTable(table: Table, sets: SetIndexes): EncodedTable {
  if (!tableNames.includes(table.name)) throw iptablesErrors.choice('table', table.name, tableNames);
  const layout = planLayout(table);
  const out = new BlobWriter(replaceHeader.bytes + layout.entryBytes);
  const context: TableContext = {
    table: table.name,
    entriesAt: replaceHeader.bytes,
    chainOffsets: layout.chainOffsets,
    isBuiltin: (chain) => isBuiltin(table.name, chain),
    sets,
  };
  const counters = new CounterWriter(table.name, layout.entryCount);
  let entryNumber = 0;
  let validHooks = 0;
  for (const placed of layout.chains) {
    entryNumber = encodeChain(out, placed, context, entryNumber, counters);
    if (placed.builtin) validHooks |= 1 << placed.builtin.hook;
  }
  encodeErrorEntry(out, out.bytes.length - chainHeadBytes, errorTarget.name);
  out.text(0, table.name, replaceHeader.tableNameBytes, 'table name');
  out.u32(replaceHeader.validHooksAt, validHooks);
  out.u32(replaceHeader.entryCountAt, layout.entryCount);
  out.u32(replaceHeader.entryBytesAt, layout.entryBytes);
  return { replace: out.bytes, ...(counters.bytes === undefined ? {} : { counters: counters.bytes }) };
}
