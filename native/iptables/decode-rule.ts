/** One entry of the kernel's format as a rule; the opposite of encode-rule.ts. */
import { type BlobReader, BlobWriter } from './blob.ts';
import { type Conditions, decodeConditions, encodeConditions } from './conditions.ts';
import { IptablesError, iptablesErrors } from './errors.ts';
import type { ExtensionCodec, SetIndexes } from './extensions/codec.ts';
import { matchByKernelName, targetByKernelName } from './extensions/registry.ts';
import { entry, entryFlags, extensionHeader, maxEntryBytes, standardTargetBytes, verdicts } from './layout.ts';
import { RuleFields, type Writable } from './rule-fields.ts';
import type { Counters, KnownMatch, KnownTarget, Match, Rule, Target } from './table.ts';

/** Where an entry, its target and the entry after it begin. */
export interface EntryBounds {
  readonly at: number;
  readonly targetAt: number;
  readonly next: number;
}

export interface DecodeContext {
  readonly blob: BlobReader;
  readonly sets: SetIndexes;
  /** Name of each user-defined chain by the offset of its first rule. */
  readonly chainNames: ReadonlyMap<number, string>;
}

interface Extension {
  readonly name: string;
  readonly revision: number;
  readonly optionsAt: number;
  readonly optionBytes: number;
}

/** What is encoded again to see whether the vocabulary said all; used by one call at a time. */
const scratch = new BlobWriter(maxEntryBytes);
const fields = new RuleFields();

function sameBytes(blob: BlobReader, at: number, bytes: number): boolean {
  for (let index = 0; index < bytes; index++) if (blob.bytes[at + index] !== scratch.bytes[index]) return false;
  return true;
}

/** The header of the extension at `at`, which has to end by `limit`. */
export function readExtension(blob: BlobReader, at: number, limit: number, what: string): Extension {
  const bytes = blob.u16(at);
  if (bytes < extensionHeader.bytes || bytes % 8 !== 0 || at + bytes > limit) {
    throw iptablesErrors.malformed(`a ${what} at ${at} says that it takes ${bytes} bytes`);
  }
  const name = blob.text(at + extensionHeader.nameAt, extensionHeader.nameBytes);
  if (name === undefined) throw iptablesErrors.malformed(`the name of a ${what} at ${at} has no end`);
  return {
    name,
    revision: blob.u8(at + extensionHeader.revisionAt),
    optionsAt: at + extensionHeader.bytes,
    optionBytes: bytes - extensionHeader.bytes,
  };
}

/** The options if the vocabulary says all that the bytes say, which the bytes it would write show. */
function known<Options>(
  codec: ExtensionCodec<Options> | undefined,
  extension: Extension,
  { blob, sets }: DecodeContext,
): Options | undefined {
  const { revision, optionsAt, optionBytes } = extension;
  if (codec === undefined || codec.revision !== revision || codec.totalBytes !== extensionHeader.bytes + optionBytes)
    return undefined;
  const options = codec.decode(blob, optionsAt, sets);
  if (options === undefined) return undefined;
  scratch.bytes.fill(0, 0, optionBytes);
  try {
    codec.encode(scratch, 0, options, sets);
  } catch (error) {
    if (error instanceof IptablesError) return undefined;
    throw error;
  }
  return sameBytes(blob, optionsAt, optionBytes) ? options : undefined;
}

function opaqueData({ optionsAt, optionBytes }: Extension, { blob }: DecodeContext): Uint8Array {
  return blob.slice(optionsAt, optionBytes);
}

function decodeMatches(bounds: EntryBounds, context: DecodeContext): Match[] {
  const matches: Match[] = [];
  let at = bounds.at + entry.bytes;
  while (at < bounds.targetAt) {
    const extension = readExtension(context.blob, at, bounds.targetAt, 'match');
    const { name, revision } = extension;
    const match = known<KnownMatch>(matchByKernelName.get(name), extension, context);
    matches.push(match ?? { match: 'opaque', name, revision, data: opaqueData(extension, context) });
    at += extensionHeader.bytes + extension.optionBytes;
  }
  return matches;
}

/** A verdict, a jump, or the next entry's own offset, which is how a rule without target is written. */
function decodeStandard(bounds: EntryBounds, extension: Extension, context: DecodeContext): Target {
  const verdict = context.blob.s32(extension.optionsAt);
  const goes = (context.blob.u8(bounds.at + entry.flagsAt) & entryFlags.goto) !== 0;
  if (verdict < 0) {
    for (const target of ['ACCEPT', 'DROP', 'RETURN'] as const) if (verdict === verdicts[target]) return { target };
    return { target: 'opaque', name: '', revision: extension.revision, data: opaqueData(extension, context) };
  }
  if (verdict === bounds.next) return { target: 'none' };
  const chain = context.chainNames.get(verdict);
  if (chain === undefined)
    throw iptablesErrors.malformed(`a rule at ${bounds.at} jumps to ${verdict}, where no chain begins`);
  return { target: goes ? 'goto' : 'jump', chain };
}

function decodeTarget(bounds: EntryBounds, context: DecodeContext): Target {
  const extension = readExtension(context.blob, bounds.targetAt, bounds.next, 'target');
  const { name, revision, optionBytes } = extension;
  if (name === '') {
    if (optionBytes !== standardTargetBytes - extensionHeader.bytes) {
      throw iptablesErrors.malformed(`a standard target at ${bounds.targetAt} has ${optionBytes} bytes of options`);
    }
    return decodeStandard(bounds, extension, context);
  }
  const target = known<KnownTarget>(targetByKernelName.get(name), extension, context);
  return target ?? { target: 'opaque', name, revision, data: opaqueData(extension, context) };
}

/** An entry's counters; undefined when both are zero. */
export function readCounters(blob: BlobReader, at: number): Counters | undefined {
  if (blob.isZero(at + entry.packetsAt, entry.bytes - entry.packetsAt)) return undefined;
  return { packets: blob.u64(at + entry.packetsAt), bytes: blob.u64(at + entry.bytesAt) };
}

/** Whether the conditions, encoded again, give the entry's own bytes. */
function saysAll(conditions: Conditions, target: Target, { blob }: DecodeContext, at: number): boolean {
  scratch.bytes.fill(0, 0, entry.conditionBytes);
  try {
    encodeConditions(scratch, 0, fields.read(conditions));
  } catch (error) {
    if (error instanceof IptablesError) return false;
    throw error;
  }
  if (target.target === 'goto') {
    scratch.u8(entry.flagsAt, entryFlags.goto | (conditions.fragments ? entryFlags.fragments : 0));
  }
  return sameBytes(blob, at, entry.conditionBytes);
}

/** @throws IptablesError `malformed` when the bytes break the format, or hold conditions that iptables cannot make */
export function decodeRule(bounds: EntryBounds, context: DecodeContext): Rule {
  const { blob } = context;
  const conditions = decodeConditions(blob, bounds.at);
  const target = decodeTarget(bounds, context);
  if (!saysAll(conditions, target, context, bounds.at)) {
    throw iptablesErrors.malformed(`the entry at ${bounds.at} has conditions that iptables does not know`);
  }
  const matches = decodeMatches(bounds, context);
  const counters = readCounters(blob, bounds.at);
  const rule: Writable<Rule> = Object.assign(conditions, { matches, target });
  if (counters !== undefined) rule.counters = counters;
  return rule;
}
