/** iptables-legacy tables read and replaced through the kernel's own interface (uapi/linux/netfilter_ipv4/ip_tables.h). */
import type { Netns } from '../netns/index.ts';

export type TableName = 'filter' | 'nat' | 'mangle' | 'raw';

/** A match or target extension with its parsed options; anything not known is kept as its bytes, so that a table survives a round trip. */
export type Match =
  | { readonly match: 'tcp' | 'udp' | 'sctp'; readonly sourcePorts?: PortRange; readonly destinationPorts?: PortRange }
  | { readonly match: 'comment'; readonly text: string }
  | { readonly match: 'mark'; readonly value: number; readonly mask: number; readonly invert?: true }
  | { readonly match: 'statistic'; readonly mode: 'random'; readonly probability: number }
  | { readonly match: 'statistic'; readonly mode: 'nth'; readonly every: number; readonly packet: number }
  | {
      readonly match: 'conntrack';
      readonly states: readonly ('INVALID' | 'NEW' | 'ESTABLISHED' | 'RELATED' | 'UNTRACKED' | 'SNAT' | 'DNAT')[];
      readonly invert?: true;
    }
  | { readonly match: 'addrtype'; readonly sourceType?: string; readonly destinationType?: string }
  | {
      readonly match: 'recent';
      readonly action: 'set' | 'rcheck';
      readonly name: string;
      readonly seconds?: number;
      readonly reap?: true;
    }
  | {
      readonly match: 'set';
      readonly name: string;
      readonly directions: readonly ('src' | 'dst')[];
      readonly invert?: true;
    }
  | { readonly match: 'opaque'; readonly name: string; readonly revision: number; readonly data: Uint8Array };
export interface PortRange {
  readonly from: number;
  readonly to: number;
  readonly invert?: true;
}

export type Target =
  | { readonly target: 'ACCEPT' | 'DROP' | 'RETURN' }
  | { readonly target: 'jump' | 'goto'; readonly chain: string }
  | { readonly target: 'DNAT'; readonly ip: string; readonly port?: number }
  | { readonly target: 'MASQUERADE'; readonly randomFully?: true }
  | { readonly target: 'MARK'; readonly operation: 'or' | 'xor' | 'and' | 'set'; readonly value: number }
  | { readonly target: 'REJECT'; readonly with: string }
  /** No target: the rule only counts. */
  | { readonly target: 'none' }
  | { readonly target: 'opaque'; readonly name: string; readonly revision: number; readonly data: Uint8Array };

export interface Rule {
  readonly source?: { readonly ip: string; readonly prefix: number; readonly invert?: true };
  readonly destination?: { readonly ip: string; readonly prefix: number; readonly invert?: true };
  readonly protocol?: 'tcp' | 'udp' | 'sctp' | 'icmp' | number;
  readonly inInterface?: string;
  readonly outInterface?: string;
  readonly matches: readonly Match[];
  readonly target: Target;
  readonly counters?: Counters;
}
export interface Counters {
  readonly packets: bigint;
  readonly bytes: bigint;
}
export interface Chain {
  readonly name: string;
  /** Built-in chains only. */
  readonly policy?: 'ACCEPT' | 'DROP';
  readonly counters?: Counters;
  readonly rules: readonly Rule[];
}
export interface Table {
  readonly name: TableName;
  readonly chains: readonly Chain[];
}

/** Works in the namespace it is given (default: the calling thread's), under the xtables lock. */
export interface IptablesAddon {
  readTable(name: TableName, netns?: Netns): Table;
  /** Replaces the whole table in one commit; counters of rules that carry them are restored. */
  replaceTable(
    table: Table,
    netns?: Netns,
  ): { readonly bytes: number; readonly encodeNs: number; readonly kernelNs: number };
}
