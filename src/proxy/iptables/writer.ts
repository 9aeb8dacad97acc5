/** The seam between what the iptables tables shall hold and the two interfaces that put it into a kernel. */
import type { Netns } from '../../../native/netns/index.ts';
import type { ApplyStats } from '../types.ts';
import type { IptablesState } from './plan.ts';

export interface TablesWriter {
  /** Brings the namespace from `previous` (undefined: nothing of ours is there) to `desired`; keeps what is not ours. */
  write(node: Netns, previous: IptablesState | undefined, desired: IptablesState): Promise<ApplyStats>;
}

/** Back ends of iptables: the tables of ip_tables, or nf_tables rules that behave like them. */
export type IptablesBackend = 'legacy' | 'nft';
