/** The iptables tools as witnesses, in a namespace of the test's own. */
import { execFileSync } from 'node:child_process';
import { tableAddon } from '../../../native/iptables/addon.ts';
import type { TableName } from '../../../native/iptables/index.ts';
import { type Netns, withNetns } from '../../../native/netns/index.ts';
import { needNetns, runIn, skipBecause } from '../../support/namespaces.ts';

/** Skips the running test or suite where the iptables tools or private namespaces are missing. */
export function needIptables(context: Mocha.Context): void {
  needNetns(context);
  try {
    execFileSync('iptables-legacy-save', ['--version'], { stdio: 'ignore' });
  } catch {
    skipBecause(context, 'iptables-legacy-save is not installed (package iptables)');
  }
}

/** What iptables-legacy-save prints, without its dated comments. */
export function save(netns: Netns, table: TableName, ...options: readonly string[]): string {
  return runIn(netns, 'iptables-legacy-save', '-t', table, ...options)
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}

/** Hands text to iptables-legacy-restore; a refusal throws with what the tool said. */
export function restore(netns: Netns, text: string, ...options: readonly string[]): void {
  withNetns(netns, () =>
    execFileSync('iptables-legacy-restore', ['--wait', '5', ...options], {
      input: text,
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

export function createSets(netns: Netns, names: readonly string[]): void {
  for (const name of names) runIn(netns, 'ipset', 'create', name, 'hash:ip,port,ip');
}

/** The entries as the kernel gives them out. */
export function rawEntries(netns: Netns, table: TableName): Uint8Array {
  return tableAddon().readEntries(table, netns.fd).entries;
}
