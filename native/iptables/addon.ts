/** The one way from this folder into its compiled code. */
import { loadAddon } from '../load.ts';

/** The step at which the addon failed, with the kernel's errno. */
export type AddonStep =
  | 'namespace'
  | 'memory'
  | 'socket'
  | 'lock-open'
  | 'lock-wait'
  | 'info'
  | 'entries'
  | 'replace'
  | 'add-counters'
  | 'set'
  | 'revision';

export interface AddonFailure extends Error {
  readonly step: AddonStep;
  readonly errno: number;
}

/** `netnsFd`: undefined is the namespace of the calling thread. */
export interface TableAddon {
  readEntries(
    table: string,
    netnsFd: number | undefined,
  ): { readonly hookEntries: readonly number[]; readonly entryCount: number; readonly entries: Uint8Array };
  replace(
    request: Uint8Array,
    counters: Uint8Array | undefined,
    lockPath: string,
    lockWaitMs: number,
    netnsFd: number | undefined,
  ): { readonly lockNs: number; readonly kernelNs: number };
  setIndexOf(name: string, netnsFd: number | undefined): number | undefined;
  setNameOf(index: number, netnsFd: number | undefined): string;
  hasExtension(kind: 'match' | 'target', name: string, revision: number, netnsFd: number | undefined): boolean;
}

export function isAddonFailure(error: unknown): error is AddonFailure {
  return error instanceof Error && 'step' in error && 'errno' in error && typeof error.errno === 'number';
}

let loaded: TableAddon | undefined;

/** Loaded at first use, so that plans and texts need no compiled code. */
export function tableAddon(): TableAddon {
  loaded ??= loadAddon<TableAddon>('iptables');
  return loaded;
}
