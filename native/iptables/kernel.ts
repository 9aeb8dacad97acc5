/** Tables of the running kernel: read as one consistent state, replaced in one commit. */
import type { Netns } from '../netns/index.ts';
import { type TableAddon, tableAddon } from './addon.ts';
import { BlobWriter } from './blob.ts';
import { tableNames } from './builtins.ts';
import { decodeTable } from './decode.ts';
import { encodeTable } from './encode.ts';
import { iptablesErrors } from './errors.ts';
import type { SetIndexes } from './extensions/codec.ts';
import { type Attempt, kernelError, replaceError } from './kernel-errors.ts';
import type { Table, TableName } from './table.ts';

export interface ReplaceOptions {
  /** How long to wait while another program holds the xtables lock, as `iptables-restore --wait` does. Default: 5000. */
  readonly lockWaitMs?: number;
  /** Default: the environment's XTABLES_LOCKFILE, else /run/xtables.lock, as the iptables tools choose it. */
  readonly lockPath?: string;
}

/** What a replacement cost. Times are of the monotonic clock. */
export interface ReplaceStats {
  /** Handed to the kernel. */
  readonly bytes: number;
  /** Checking the table and turning it into those bytes. */
  readonly encodeNs: number;
  /** Waiting for the lock, opening its file included. */
  readonly lockNs: number;
  /** Within the kernel's interface, from opening the socket until the counters were restored. */
  readonly kernelNs: number;
}

/** ipset names and indexes of one namespace; each is asked for once. */
function setIndexes(addon: TableAddon, netnsFd: number | undefined): SetIndexes {
  const indexes = new Map<string, number>();
  const names = new Map<number, string>();
  return {
    indexOf(name) {
      const known = indexes.get(name);
      if (known !== undefined) return known;
      const index = addon.setIndexOf(name, netnsFd);
      if (index === undefined) throw iptablesErrors.noSuchSet(name);
      indexes.set(name, index);
      return index;
    },
    nameOf(index) {
      const name = names.get(index) ?? addon.setNameOf(index, netnsFd);
      if (name === '') return undefined;
      names.set(index, name);
      indexes.set(name, index);
      return name;
    },
  };
}

/** Kept from one replacement to the next, as large as the largest table so far; in use only within a call. */
const scratch = new BlobWriter(0);

function attemptOf(table: TableName, options: ReplaceOptions = {}): Attempt {
  if (!tableNames.includes(table)) throw iptablesErrors.choice('table', table, tableNames);
  const { lockWaitMs = 5000, lockPath = process.env.XTABLES_LOCKFILE || '/run/xtables.lock' } = options;
  return { table, lockPath, lockWaitMs };
}

/**
 * Reads a table. The kernel gives it out as one state, so no lock is needed.
 * @param netns default: the calling thread's
 * @throws IptablesError
 */
export function readTable(name: TableName, netns?: Netns): Table {
  const attempt = attemptOf(name);
  const addon = tableAddon();
  try {
    const raw = addon.readEntries(name, netns?.fd);
    return decodeTable({ name, ...raw }, setIndexes(addon, netns?.fd));
  } catch (error) {
    throw kernelError(error, attempt);
  }
}

/**
 * Replaces a whole table in one commit under the xtables lock: packets meet either the old one or the new one. The
 * counters that rules and policies carry are added after the commit, as iptables-restore does; what was counted in
 * the old table between reading and replacing it is lost.
 * @param netns default: the calling thread's
 * @throws IptablesError, with the old table still in place unless the message says otherwise
 */
export function replaceTable(table: Table, netns?: Netns, options?: ReplaceOptions): ReplaceStats {
  const attempt = attemptOf(table.name, options);
  const addon = tableAddon();
  try {
    const startedAt = process.hrtime.bigint();
    const { replace, counters } = encodeTable(table, setIndexes(addon, netns?.fd), scratch);
    const encodeNs = Number(process.hrtime.bigint() - startedAt);
    const costs = addon.replace(replace, counters, attempt.lockPath, attempt.lockWaitMs, netns?.fd);
    return { bytes: replace.length + (counters?.length ?? 0), encodeNs, ...costs };
  } catch (error) {
    throw replaceError(error, attempt, table, addon, netns?.fd);
  }
}
