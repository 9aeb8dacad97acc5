/** The seam of a match or target extension: one file each, one registry entry. */
import type { BlobReader, BlobWriter } from '../blob.ts';
import type { TableName } from '../table.ts';

/** ipset names and the numbers that stand for them in one network namespace. */
export interface SetIndexes {
  /** @throws IptablesError `no-such-set` */
  indexOf(name: string): number;
  nameOf(index: number): string | undefined;
}

/** What an extension may make demands on. */
export interface RuleContext {
  readonly table: TableName;
  /** Protocol number; 0 when the rule is for any protocol or for all but one. */
  readonly protocol: number;
}

export interface ExtensionCodec<Options> {
  /** As the kernel knows it. */
  readonly name: string;
  readonly revision: number;
  /** Size of the options, a multiple of 8 (XT_ALIGN). */
  readonly payloadBytes: number;
  /** Refuses what the kernel or the iptables tools would refuse without saying why. */
  check?(options: Options, context: RuleContext): void;
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

/** XT_ALIGN on every 64-bit machine. */
export function aligned(byteLength: number): number {
  return (byteLength + 7) & ~7;
}
