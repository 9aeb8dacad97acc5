/** One rule as the bytes of one entry: conditions, matches, target. */
import type { BlobWriter } from './blob.ts';
import { encodeConditions } from './conditions.ts';
import { iptablesErrors } from './errors.ts';
import type { RuleContext, SetIndexes } from './extensions/codec.ts';
import { matchCodecs, targetCodecs } from './extensions/registry.ts';
import {
  entry,
  entryFlags,
  errorTarget,
  extensionHeader,
  maxEntryBytes,
  standardTargetBytes,
  verdicts,
} from './layout.ts';
import { checkNumber } from './names.ts';
import { protocolNumber } from './protocols.ts';
import type { Match, OpaqueMatch, OpaqueTarget, Rule, TableName, Target } from './table.ts';

/** Where an entry, its target and the entry after it begin. */
export interface EntryBounds {
  readonly at: number;
  readonly targetAt: number;
  readonly next: number;
}

/** What a rule needs to know of its table. */
export interface TableContext {
  readonly table: TableName;
  /** Where the first entry lies in the buffer; the format counts offsets from there. */
  readonly entriesAt: number;
  /** Offset of the first rule of each user-defined chain. */
  readonly chainOffsets: ReadonlyMap<string, number>;
  readonly isBuiltin: (chain: string) => boolean;
  readonly sets: SetIndexes;
}

function matchBytes(match: Match): number {
  const payload = match.match === 'opaque' ? match.data.length : matchCodecs[match.match].payloadBytes;
  return extensionHeader.bytes + payload;
}

function targetBytes(target: Target): number {
  switch (target.target) {
    case 'opaque':
      return extensionHeader.bytes + target.data.length;
    case 'DNAT':
    case 'MASQUERADE':
    case 'MARK':
    case 'REJECT':
      return extensionHeader.bytes + targetCodecs[target.target].payloadBytes;
    default:
      return standardTargetBytes;
  }
}

/** Size of the rule's entry. */
export function ruleBytes(rule: Rule): number {
  let bytes: number = entry.bytes;
  for (const match of rule.matches) bytes += matchBytes(match);
  return bytes + targetBytes(rule.target);
}

/** Writes an extension's header and returns where its options begin. */
export function encodeExtensionHeader(
  out: BlobWriter,
  at: number,
  bytes: number,
  name: string,
  revision: number,
): number {
  out.u16(at, bytes);
  out.text(at + extensionHeader.nameAt, name, extensionHeader.nameBytes, 'extension name');
  out.u8(at + extensionHeader.revisionAt, revision);
  return at + extensionHeader.bytes;
}

function encodeOpaque(out: BlobWriter, at: number, { name, revision, data }: OpaqueMatch | OpaqueTarget): void {
  if (data.length % 8 !== 0) {
    throw iptablesErrors.misuse(`options of ${name} take ${data.length} bytes`, 'fill them up to a multiple of 8');
  }
  if (name === errorTarget.name) {
    throw iptablesErrors.misuse(`${name} marks the beginning of a chain`, 'use it nowhere else');
  }
  checkNumber(`revision of ${name}`, revision, 0, 255);
  out.bytes.set(data, encodeExtensionHeader(out, at, extensionHeader.bytes + data.length, name, revision));
}

function encodeMatch(out: BlobWriter, at: number, match: Match, context: RuleContext, sets: SetIndexes): number {
  const bytes = matchBytes(match);
  if (match.match === 'opaque') {
    encodeOpaque(out, at, match);
  } else {
    const codec = matchCodecs[match.match];
    codec.check?.(match, context);
    codec.encode(out, encodeExtensionHeader(out, at, bytes, codec.name, codec.revision), match, sets);
  }
  return at + bytes;
}

function encodeStandard(out: BlobWriter, at: number, verdict: number): void {
  out.u32(encodeExtensionHeader(out, at, standardTargetBytes, '', 0), verdict);
}

function offsetOfChain(chain: string, context: TableContext): number {
  const offset = context.chainOffsets.get(chain);
  if (offset !== undefined) return offset;
  throw context.isBuiltin(chain) ? iptablesErrors.jumpToBuiltin(chain) : iptablesErrors.unknownChain(chain);
}

function encodeTarget(
  out: BlobWriter,
  { at, targetAt, next }: EntryBounds,
  { target, fragments }: Rule,
  ruleContext: RuleContext,
  context: TableContext,
): void {
  switch (target.target) {
    case 'none':
      encodeStandard(out, targetAt, next - context.entriesAt);
      return;
    case 'goto':
      out.u8(at + entry.flagsAt, (fragments ? entryFlags.fragments : 0) | entryFlags.goto);
      encodeStandard(out, targetAt, offsetOfChain(target.chain, context));
      return;
    case 'jump':
      encodeStandard(out, targetAt, offsetOfChain(target.chain, context));
      return;
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
      encodeStandard(out, targetAt, verdicts[target.target]);
      return;
    case 'opaque':
      encodeOpaque(out, targetAt, target);
      return;
    default: {
      const codec = targetCodecs[target.target];
      codec.check?.(target, ruleContext);
      const optionsAt = encodeExtensionHeader(out, targetAt, next - targetAt, codec.name, codec.revision);
      codec.encode(out, optionsAt, target, context.sets);
    }
  }
}

/**
 * Writes the entry into zeroed bytes and returns where the next one begins.
 * @throws IptablesError for a value that does not fit, or that the kernel would refuse without saying why
 */
export function encodeRule(out: BlobWriter, at: number, rule: Rule, context: TableContext): number {
  const bytes = ruleBytes(rule);
  if (bytes > maxEntryBytes) throw iptablesErrors.tooLarge('the rule', bytes, maxEntryBytes);
  encodeConditions(out, at, rule);
  const protocol = rule.invert?.protocol ? 0 : protocolNumber(rule.protocol);
  const ruleContext = { table: context.table, protocol };
  let next = at + entry.bytes;
  for (const match of rule.matches) next = encodeMatch(out, next, match, ruleContext, context.sets);
  out.u16(at + entry.targetOffsetAt, next - at);
  out.u16(at + entry.nextOffsetAt, bytes);
  encodeTarget(out, { at, targetAt: next, next: at + bytes }, rule, ruleContext, context);
  return at + bytes;
}
