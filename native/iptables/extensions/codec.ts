/** The seam of a match or target extension: one file each, one registry entry. */
import { type BlobReader, BlobWriter } from '../blob.ts';
import { extensionHeader } from '../layout.ts';
import type { TableName } from '../table.ts';

/** ipset names and the numbers that stand for them in one network namespace. */
export interface SetIndexes {
  /** @throws IptablesError `no-such-set` */
  indexOf(name: string): number;
  nameOf(index: number): string | undefined;
}

export interface ExtensionDefinition<Options> {
  /** As the kernel knows it. */
  readonly name: string;
  readonly revision: number;
  /** Size of the options' structure; the format rounds it up to a multiple of 8. */
  readonly structBytes: number;
  /**
   * Refuses what the kernel or the iptables tools would refuse without saying why.
   * @param protocol number; 0 when the rule is for any protocol or for all but one
   */
  check?(options: Options, table: TableName, protocol: number): void;
  /** Writes the options into zeroed bytes. */
  encode(out: BlobWriter, at: number, options: Options, sets: SetIndexes): void;
  /**
   * The options in these bytes, or undefined when the vocabulary cannot express them. It need not look at every
   * byte: the caller encodes the result again and keeps the bytes themselves when that gives other ones.
   */
  decode(payload: BlobReader, at: number, sets: SetIndexes): Options | undefined;
  /** What iptables-save prints after the extension's name, with a leading blank, or nothing. */
  save(options: Options): string;
}

/** A definition with what can be worked out once: large tables have a hundred thousand extensions. */
export interface ExtensionCodec<Options> extends ExtensionDefinition<Options> {
  check(options: Options, table: TableName, protocol: number): void;
  /** The header's 32 bytes as words. */
  readonly header: Uint32Array;
  /** Header and options. */
  readonly totalBytes: number;
}

/** Writes the header that begins every match and target. */
export function encodeExtensionHeader(
  out: BlobWriter,
  at: number,
  bytes: number,
  name: string,
  revision: number,
): void {
  out.u16(at, bytes);
  out.text(at + extensionHeader.nameAt, name, extensionHeader.nameBytes, 'extension name');
  out.u8(at + extensionHeader.revisionAt, revision);
}

/** The same as words, for a header that is written many times. */
export function extensionHeaderWords(bytes: number, name: string, revision: number): Uint32Array {
  const out = new BlobWriter(extensionHeader.bytes);
  encodeExtensionHeader(out, 0, bytes, name, revision);
  return new Uint32Array(out.bytes.buffer);
}

export function defineExtension<Options>(definition: ExtensionDefinition<Options>): ExtensionCodec<Options> {
  const { name, revision, structBytes, encode, decode, save } = definition;
  const totalBytes = extensionHeader.bytes + aligned(structBytes);
  const header = extensionHeaderWords(totalBytes, name, revision);
  const check = definition.check ?? (() => undefined);
  return { name, revision, structBytes, check, encode, decode, save, header, totalBytes };
}

/** XT_ALIGN on every 64-bit machine. */
function aligned(byteLength: number): number {
  return (byteLength + 7) & ~7;
}
