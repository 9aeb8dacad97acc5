/** A table as the bytes of the kernel's interface. Pure: which index an ipset has is asked through `sets`. */
import { BlobWriter } from './blob.ts';
import { type Builtin, tableNames } from './builtins.ts';
import { encodeFoot, encodeHead, encodeRule, type TableContext } from './encode-rule.ts';
import { IptablesError, iptablesErrors } from './errors.ts';
import type { SetIndexes } from './extensions/codec.ts';
import { chainHeadBytes, countersHeader, errorTarget, replaceHeader, verdicts } from './layout.ts';
import { type PlacedChain, planLayout, type TableLayout } from './plan-layout.ts';
import { RuleFields } from './rule-fields.ts';
import type { Chain, Counters, Table } from './table.ts';

export interface EncodedTable {
  /** struct ipt_replace with the entries behind it, for IPT_SO_SET_REPLACE. */
  readonly replace: Uint8Array;
  /** struct xt_counters_info, for IPT_SO_SET_ADD_COUNTERS; absent when every counter is zero. */
  readonly counters?: Uint8Array;
}

const maxCounter = 0xffff_ffff_ffff_ffffn;

function policyVerdict({ name, policy = 'ACCEPT' }: Chain): number {
  if (policy !== 'ACCEPT' && policy !== 'DROP') {
    throw iptablesErrors.choice(`policy of chain ${name}`, policy, ['ACCEPT', 'DROP']);
  }
  return verdicts[policy];
}

/** Writes one table, chain by chain to where each belongs. */
class TableEncoder {
  readonly #table: Table;
  readonly #layout: TableLayout;
  readonly #out: BlobWriter;
  readonly #context: TableContext;
  readonly #fields = new RuleFields();
  readonly #counters: { readonly entry: number; readonly counters: Counters }[] = [];

  constructor(table: Table, sets: SetIndexes, out: BlobWriter) {
    this.#table = table;
    this.#layout = planLayout(table);
    this.#out = out;
    out.reset(replaceHeader.bytes + this.#layout.bytes);
    const { firstRules } = this.#layout;
    this.#context = { table: table.name, entriesAt: replaceHeader.bytes, firstRules, sets };
  }

  encode(): EncodedTable {
    let validHooks = 0;
    for (const placed of this.#layout.chains) {
      const { builtin } = placed;
      if (builtin === undefined) {
        this.#user(placed);
      } else {
        this.#builtin(placed, builtin);
        validHooks |= 1 << builtin.hook;
      }
    }
    const end = replaceHeader.bytes + this.#layout.bytes;
    encodeHead(this.#out, end - chainHeadBytes, errorTarget.name);
    this.#header(validHooks);
    const replace = this.#out.bytes.subarray(0, end);
    return this.#counters.length === 0 ? { replace } : { replace, counters: this.#encodeCounters() };
  }

  #builtin({ chain, offset, firstEntry }: PlacedChain, { hook }: Builtin): void {
    const footAt = this.#rules(chain, replaceHeader.bytes + offset, firstEntry);
    encodeFoot(this.#out, footAt, policyVerdict(chain));
    this.#keepCounters(firstEntry + chain.rules.length, chain.counters, chain);
    this.#out.u32(replaceHeader.hookEntryAt + 4 * hook, offset);
    this.#out.u32(replaceHeader.underflowAt + 4 * hook, footAt - replaceHeader.bytes);
  }

  #user({ chain, offset, firstEntry }: PlacedChain): void {
    const rulesAt = encodeHead(this.#out, replaceHeader.bytes + offset, chain.name);
    encodeFoot(this.#out, this.#rules(chain, rulesAt, firstEntry + 1), verdicts.RETURN);
  }

  /** Writes the rules and returns where the chain's foot begins. */
  #rules({ name, rules }: Chain, rulesAt: number, firstEntry: number): number {
    let at = rulesAt;
    let number = 0;
    try {
      for (const rule of rules) {
        const fields = this.#fields.read(rule);
        number++;
        at = encodeRule(this.#out, at, fields, this.#context);
        if (fields.counters !== undefined) this.#keepCounters(firstEntry + number - 1, fields.counters);
      }
    } catch (error) {
      throw error instanceof IptablesError ? error.at({ chain: name, rule: number }) : error;
    }
    return at;
  }

  /** The kernel takes counters by entry number, in a call of their own. */
  #keepCounters(entry: number, counters: Counters | undefined, policyOf?: Chain): void {
    if (counters === undefined) return;
    for (const value of [counters.packets, counters.bytes]) {
      if (value >= 0n && value <= maxCounter) continue;
      const what = policyOf === undefined ? 'a counter' : `a counter of the policy of chain ${policyOf.name}`;
      throw iptablesErrors.misuse(`${what} is ${value}`, `give a number from 0 to ${maxCounter}`);
    }
    this.#counters.push({ entry, counters });
  }

  #header(validHooks: number): void {
    this.#out.text(0, this.#table.name, replaceHeader.tableNameBytes, 'table name');
    this.#out.u32(replaceHeader.validHooksAt, validHooks);
    this.#out.u32(replaceHeader.entryCountAt, this.#layout.entries);
    this.#out.u32(replaceHeader.entryBytesAt, this.#layout.bytes);
  }

  #encodeCounters(): Uint8Array {
    const out = new BlobWriter(countersHeader.bytes + countersHeader.eachBytes * this.#layout.entries);
    out.text(0, this.#table.name, replaceHeader.tableNameBytes, 'table name');
    out.u32(countersHeader.countAt, this.#layout.entries);
    for (const { entry, counters } of this.#counters) {
      const at = countersHeader.bytes + countersHeader.eachBytes * entry;
      out.u64(at, counters.packets);
      out.u64(at + 8, counters.bytes);
    }
    return out.bytes;
  }
}

/**
 * Encodes a whole table. The extensions' revisions are the newest of each, as iptables 1.8.9 chooses them; every
 * kernel since 4.18 has them all.
 * @param scratch where to write; its former content, and with it the result of an earlier call, is overwritten.
 * Default: fresh memory
 * @throws IptablesError that names the chain and the rule's number
 */
export function encodeTable(table: Table, sets: SetIndexes, scratch = new BlobWriter(0)): EncodedTable {
  if (!tableNames.includes(table.name)) throw iptablesErrors.choice('table', table.name, tableNames);
  return new TableEncoder(table, sets, scratch).encode();
}
