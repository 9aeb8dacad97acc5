/** One rule as the bytes of one entry: conditions, matches, target. */
import type { BlobWriter } from './blob.ts';
import { builtinsOf } from './builtins.ts';
import { encodeConditions } from './conditions.ts';
import { iptablesErrors } from './errors.ts';
import {
  type ExtensionCodec,
  encodeExtensionHeader,
  extensionHeaderWords,
  type SetIndexes,
} from './extensions/codec.ts';
import { matchCodecs, targetCodecs } from './extensions/registry.ts';
import {
  chainFootBytes,
  chainHeadBytes,
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
import type { RuleFields } from './rule-fields.ts';
import type { OpaqueMatch, OpaqueTarget, TableName, Target } from './table.ts';

/** What a rule needs to know of its table. */
export interface TableContext {
  readonly table: TableName;
  /** Where the first entry lies in the buffer; the format counts offsets from there. */
  readonly entriesAt: number;
  /** Offset of the first rule of each user-defined chain. */
  readonly firstRules: ReadonlyMap<string, number>;
  readonly sets: SetIndexes;
}

/** Writes an extension outside the vocabulary and returns where the next one begins. */
function encodeOpaque(out: BlobWriter, at: number, { name, revision, data }: OpaqueMatch | OpaqueTarget): number {
  if (data.length % 8 !== 0) {
    throw iptablesErrors.misuse(`options of ${name} take ${data.length} bytes`, 'fill them up to a multiple of 8');
  }
  if (name === errorTarget.name) {
    throw iptablesErrors.misuse(`${name} marks the beginning of a chain`, 'use it nowhere else');
  }
  const bytes = extensionHeader.bytes + data.length;
  if (bytes > maxEntryBytes) throw iptablesErrors.tooLarge(`extension ${name}`, bytes, maxEntryBytes);
  encodeExtensionHeader(out, at, bytes, name, checkNumber(`revision of ${name}`, revision, 0, 255));
  out.bytes.set(data, at + extensionHeader.bytes);
  return at + bytes;
}

function encodeKnown<Options>(
  out: BlobWriter,
  at: number,
  codec: ExtensionCodec<Options>,
  options: Options,
  protocol: number,
  context: TableContext,
): number {
  codec.check(options, context.table, protocol);
  out.words(at, codec.header);
  codec.encode(out, at + extensionHeader.bytes, options, context.sets);
  return at + codec.totalBytes;
}

/** Writes a verdict or the offset of an entry as the target of a rule. */
function encodeStandard(out: BlobWriter, at: number, verdict: number): number {
  out.u16(at, standardTargetBytes);
  out.u32(at + extensionHeader.bytes, verdict);
  return at + standardTargetBytes;
}

function offsetOf(chain: string, { table, firstRules }: TableContext): number {
  const offset = firstRules.get(chain);
  if (offset !== undefined) return offset;
  const isBuiltin = builtinsOf[table].some(({ name }) => name === chain);
  throw isBuiltin ? iptablesErrors.jumpToBuiltin(chain) : iptablesErrors.unknownChain(chain);
}

function encodeTarget(out: BlobWriter, at: number, target: Target, protocol: number, context: TableContext): number {
  switch (target.target) {
    case 'none':
      return encodeStandard(out, at, at + standardTargetBytes - context.entriesAt);
    case 'jump':
    case 'goto':
      return encodeStandard(out, at, offsetOf(target.chain, context));
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
      return encodeStandard(out, at, verdicts[target.target]);
    case 'opaque':
      return encodeOpaque(out, at, target);
    default:
      return encodeKnown(out, at, targetCodecs[target.target], target, protocol, context);
  }
}

/**
 * Writes the entry into zeroed bytes and returns where the next one begins.
 * @throws IptablesError for a value that does not fit, or that the kernel would refuse without saying why
 */
export function encodeRule(out: BlobWriter, at: number, rule: RuleFields, context: TableContext): number {
  encodeConditions(out, at, rule);
  if (rule.target.target === 'goto')
    out.u8(at + entry.flagsAt, entryFlags.goto | (rule.fragments ? entryFlags.fragments : 0));
  const protocol = rule.invert?.protocol ? 0 : protocolNumber(rule.protocol);
  let next = at + entry.bytes;
  for (const match of rule.matches) {
    next =
      match.match === 'opaque'
        ? encodeOpaque(out, next, match)
        : encodeKnown(out, next, matchCodecs[match.match], match, protocol, context);
  }
  const targetAt = next;
  next = encodeTarget(out, targetAt, rule.target, protocol, context);
  if (next - at > maxEntryBytes) throw iptablesErrors.tooLarge('the rule', next - at, maxEntryBytes);
  out.u16(at + entry.targetOffsetAt, targetAt - at);
  out.u16(at + entry.nextOffsetAt, next - at);
  return next;
}

/** Writes an entry without conditions that ends a chain, and returns where the next one begins. */
export function encodeFoot(out: BlobWriter, at: number, verdict: number): number {
  out.u16(at + entry.targetOffsetAt, entry.bytes);
  out.u16(at + entry.nextOffsetAt, chainFootBytes);
  return encodeStandard(out, at + entry.bytes, verdict);
}

const errorHeader = extensionHeaderWords(errorTarget.bytes, errorTarget.name, 0);

/** Writes the entry that begins a user-defined chain, or ends the table, and returns where the next one begins. */
export function encodeHead(out: BlobWriter, at: number, name: string): number {
  out.u16(at + entry.targetOffsetAt, entry.bytes);
  out.u16(at + entry.nextOffsetAt, chainHeadBytes);
  out.words(at + entry.bytes, errorHeader);
  out.text(at + entry.bytes + extensionHeader.bytes, name, errorTarget.chainNameBytes, 'chain name');
  return at + chainHeadBytes;
}
