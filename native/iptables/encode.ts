/** A table as the bytes of the kernel's interface. Pure: which index an ipset has is asked through `sets`. */
import { BlobWriter } from './blob.ts';
import { type Builtin, builtinsOf, orderChains, tableNames } from './builtins.ts';
import { encodeFoot, encodeHead, encodeRule, type TableContext } from './encode-rule.ts';
import { IptablesError, iptablesErrors } from './errors.ts';
import type { SetIndexes } from './extensions/codec.ts';
import { Jumps } from './jumps.ts';
import {
  chainFootBytes,
  chainHeadBytes,
  countersHeader,
  errorTarget,
  maxTableBytes,
  replaceHeader,
  verdicts,
} from './layout.ts';
import { checkChainName } from './names.ts';
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

function checkUserChain({ name, policy, counters }: Chain): void {
  checkChainName(name);
  if (policy === undefined && counters === undefined) return;
  const what = policy === undefined ? 'counters of its own' : `policy ${policy}`;
  throw iptablesErrors.misuse(`user-defined chain ${name} has ${what}`, 'only built-in chains can have them');
}

/** A little more than kube-proxy's rules take on average, so that the buffer seldom has to grow. */
const bytesPerRule = 448;

function estimatedBytes({ chains }: Table): number {
  const rules = chains.reduce((sum, chain) => sum + chain.rules.length, 0);
  return replaceHeader.bytes + (chains.length + 8) * (chainHeadBytes + chainFootBytes) + rules * bytesPerRule;
}

/** Writes one table from its first entry to its last. */
class TableEncoder {
  readonly #table: Table;
  readonly #out: BlobWriter;
  readonly #context: TableContext;
  readonly #fields = new RuleFields();
  readonly #counters: { readonly entry: number; readonly counters: Counters }[] = [];
  readonly #chainOffsets = new Map<string, number>();
  #at: number = replaceHeader.bytes;
  #entries = 0;

  constructor(table: Table, sets: SetIndexes, out: BlobWriter) {
    this.#table = table;
    this.#out = out;
    out.reset(estimatedBytes(table));
    out.reserve(replaceHeader.bytes);
    this.#context = { table: table.name, entriesAt: replaceHeader.bytes, jumps: new Jumps(), sets };
  }

  encode(): EncodedTable {
    const { builtins, users } = orderChains(this.#table);
    let validHooks = 0;
    for (const builtin of builtinsOf[this.#table.name]) {
      const chain = builtins.find((given) => given.builtin === builtin)?.chain ?? { name: builtin.name, rules: [] };
      this.#builtin(builtin, chain);
      validHooks |= 1 << builtin.hook;
    }
    for (const chain of users) this.#user(chain);
    this.#at = encodeHead(this.#out, this.#at, errorTarget.name);
    this.#entries++;
    this.#context.jumps.resolve(this.#out, this.#chainOffsets, this.#table);
    this.#header(validHooks);
    const replace = this.#out.bytes.subarray(0, this.#at);
    return this.#counters.length === 0 ? { replace } : { replace, counters: this.#encodeCounters() };
  }

  get #offset(): number {
    return this.#at - replaceHeader.bytes;
  }

  #builtin(builtin: Builtin, chain: Chain): void {
    const hookEntry = this.#offset;
    this.#rules(chain);
    const underflow = this.#offset;
    this.#count(chain.counters, chain);
    this.#at = encodeFoot(this.#out, this.#at, policyVerdict(chain));
    this.#out.u32(replaceHeader.hookEntryAt + 4 * builtin.hook, hookEntry);
    this.#out.u32(replaceHeader.underflowAt + 4 * builtin.hook, underflow);
  }

  #user(chain: Chain): void {
    checkUserChain(chain);
    this.#at = encodeHead(this.#out, this.#at, chain.name);
    this.#entries++;
    this.#chainOffsets.set(chain.name, this.#offset);
    this.#rules(chain);
    this.#at = encodeFoot(this.#out, this.#at, verdicts.RETURN);
    this.#entries++;
    if (this.#offset > maxTableBytes) {
      throw iptablesErrors.tooLarge(`table ${this.#table.name}`, this.#offset, maxTableBytes);
    }
  }

  #rules({ name, rules }: Chain): void {
    let number = 0;
    try {
      for (const rule of rules) {
        number++;
        const fields = this.#fields.read(rule);
        this.#at = encodeRule(this.#out, this.#at, fields, this.#context);
        this.#count(fields.counters);
      }
    } catch (error) {
      throw error instanceof IptablesError ? error.at({ chain: name, rule: number }) : error;
    }
  }

  /** Counts an entry, and keeps its counters for the call of their own in which the kernel takes them. */
  #count(counters: Counters | undefined, policyOf?: Chain): void {
    if (counters !== undefined) {
      for (const value of [counters.packets, counters.bytes]) {
        if (value >= 0n && value <= maxCounter) continue;
        const what = policyOf === undefined ? 'a counter' : `a counter of the policy of chain ${policyOf.name}`;
        throw iptablesErrors.misuse(`${what} is ${value}`, `give a number from 0 to ${maxCounter}`);
      }
      this.#counters.push({ entry: this.#entries, counters });
    }
    this.#entries++;
  }

  #header(validHooks: number): void {
    this.#out.text(0, this.#table.name, replaceHeader.tableNameBytes, 'table name');
    this.#out.u32(replaceHeader.validHooksAt, validHooks);
    this.#out.u32(replaceHeader.entryCountAt, this.#entries);
    this.#out.u32(replaceHeader.entryBytesAt, this.#offset);
  }

  #encodeCounters(): Uint8Array {
    const out = new BlobWriter(countersHeader.bytes + countersHeader.eachBytes * this.#entries);
    out.text(0, this.#table.name, replaceHeader.tableNameBytes, 'table name');
    out.u32(countersHeader.countAt, this.#entries);
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
