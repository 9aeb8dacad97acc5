/** A table from the bytes of the kernel's interface. Pure and bounded: bytes that break the format are an error. */
import { BlobReader } from './blob.ts';
import { builtinsOf } from './builtins.ts';
import { type DecodeContext, decodeRule, type EntryBounds, readCounters, readExtension } from './decode-rule.ts';
import { iptablesErrors } from './errors.ts';
import type { SetIndexes } from './extensions/codec.ts';
import { chainFootBytes, entry, errorTarget, extensionHeader, verdicts } from './layout.ts';
import type { Chain, Table, TableName } from './table.ts';

/** What IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES tell. */
export interface RawTable {
  readonly name: TableName;
  /** Offset of the first rule of each hook's chain, by hook number. */
  readonly hookEntries: readonly number[];
  readonly entryCount: number;
  readonly entries: Uint8Array;
}

/** The entries of one chain; the last is its foot: the policy, or RETURN. */
interface RawChain {
  readonly name: string;
  readonly builtin: boolean;
  readonly entries: EntryBounds[];
}

function readBounds(blob: BlobReader, at: number): EntryBounds {
  const targetOffset = blob.u16(at + entry.targetOffsetAt);
  const nextOffset = blob.u16(at + entry.nextOffsetAt);
  const smallest = entry.bytes + extensionHeader.bytes;
  const inside = nextOffset >= smallest && nextOffset % 8 === 0 && at + nextOffset <= blob.bytes.length;
  if (!inside || targetOffset < entry.bytes || targetOffset > nextOffset - extensionHeader.bytes) {
    throw iptablesErrors.malformed(
      `the entry at ${at} says its target is at ${targetOffset} and its end at ${nextOffset}`,
    );
  }
  return { at, targetAt: at + targetOffset, next: at + nextOffset };
}

/** The name that an ERROR entry holds; undefined for any other entry. */
function errorName(blob: BlobReader, bounds: EntryBounds): string | undefined {
  const { name, optionsAt, optionBytes } = readExtension(blob, bounds.targetAt, bounds.next, 'target');
  if (name !== errorTarget.name) return undefined;
  const chain = optionBytes < errorTarget.chainNameBytes ? undefined : blob.text(optionsAt, errorTarget.chainNameBytes);
  if (chain === undefined) throw iptablesErrors.malformed(`the chain name at ${optionsAt} has no end`);
  return chain;
}

function splitIntoChains(raw: RawTable, blob: BlobReader): RawChain[] {
  const builtinAt = new Map(builtinsOf[raw.name].map(({ name, hook }) => [raw.hookEntries[hook], name]));
  const chains: RawChain[] = [];
  let count = 0;
  let at = 0;
  let ended = false;
  while (at < blob.bytes.length) {
    const bounds = readBounds(blob, at);
    const userName = errorName(blob, bounds);
    const builtinName = builtinAt.get(at);
    ended = bounds.next === blob.bytes.length && userName !== undefined;
    if (!ended) {
      if (userName !== undefined) chains.push({ name: userName, builtin: false, entries: [] });
      else if (builtinName !== undefined) chains.push({ name: builtinName, builtin: true, entries: [bounds] });
      else if (chains.length === 0) throw iptablesErrors.malformed('the first rule belongs to no chain');
      else chains.at(-1)?.entries.push(bounds);
    }
    at = bounds.next;
    count++;
  }
  if (!ended) throw iptablesErrors.malformed(`table ${raw.name} has no end mark`);
  if (count !== raw.entryCount) {
    throw iptablesErrors.malformed(`table ${raw.name} has ${count} entries instead of ${raw.entryCount}`);
  }
  for (const { name } of builtinsOf[raw.name]) {
    if (chains.filter((chain) => chain.name === name && chain.builtin).length !== 1) {
      throw iptablesErrors.malformed(`table ${raw.name} does not have chain ${name} exactly once`);
    }
  }
  return chains;
}

/** The verdict of a foot, which is an entry without conditions. */
function footVerdict(blob: BlobReader, name: string, foot: EntryBounds | undefined): number {
  const unconditional =
    foot !== undefined &&
    foot.next - foot.at === chainFootBytes &&
    foot.targetAt === foot.at + entry.bytes &&
    readExtension(blob, foot.targetAt, foot.next, 'target').name === '' &&
    blob.isZero(foot.at, entry.conditionBytes);
  if (!unconditional) throw iptablesErrors.malformed(`chain ${name} does not end with an unconditional verdict`);
  return blob.s32(foot.targetAt + extensionHeader.bytes);
}

function decodeChain(raw: RawChain, context: DecodeContext): Chain {
  const { name, builtin, entries } = raw;
  const foot = entries.at(-1);
  const verdict = footVerdict(context.blob, name, foot);
  const rules = entries.slice(0, -1).map((bounds) => decodeRule(bounds, context));
  if (!builtin) {
    if (verdict !== verdicts.RETURN) throw iptablesErrors.malformed(`chain ${name} ends with verdict ${verdict}`);
    return { name, rules };
  }
  const policy = verdict === verdicts.DROP ? 'DROP' : verdict === verdicts.ACCEPT ? 'ACCEPT' : undefined;
  if (policy === undefined || foot === undefined) throw iptablesErrors.malformed(`chain ${name} has policy ${verdict}`);
  const counters = readCounters(context.blob, foot.at);
  return { name, policy, ...(counters === undefined ? {} : { counters }), rules };
}

/** @throws IptablesError `malformed` */
export function decodeTable(raw: RawTable, sets: SetIndexes): Table {
  const blob = new BlobReader(raw.entries);
  const chains = splitIntoChains(raw, blob);
  const chainNames = new Map<number, string>();
  for (const { name, builtin, entries } of chains) if (!builtin && entries[0]) chainNames.set(entries[0].at, name);
  const context = { blob, sets, chainNames };
  return { name: raw.name, chains: chains.map((chain) => decodeChain(chain, context)) };
}
