/** An iptables table as data: what is read from a kernel, written to it, and shown as iptables-save text. */

export type TableName = 'filter' | 'nat' | 'mangle' | 'raw';

export interface PortRange {
  readonly from: number;
  readonly to: number;
  readonly invert?: true;
}

export interface PortMatch {
  readonly match: 'tcp' | 'udp' | 'sctp';
  readonly sourcePorts?: PortRange;
  readonly destinationPorts?: PortRange;
}
export interface CommentMatch {
  readonly match: 'comment';
  /** At most 255 bytes of UTF-8 without control characters. */
  readonly text: string;
}
export interface MarkMatch {
  readonly match: 'mark';
  readonly value: number;
  readonly mask: number;
  readonly invert?: true;
}
export interface RandomMatch {
  readonly match: 'statistic';
  readonly mode: 'random';
  /** 0 to 1; the kernel rounds it to a multiple of 2^-31 and that is what is read back. */
  readonly probability: number;
}
export interface NthMatch {
  readonly match: 'statistic';
  readonly mode: 'nth';
  /** Matches one packet in `every`, at least 1. */
  readonly every: number;
  /** Which one of them, 0 to `every` - 1. */
  readonly packet: number;
}
export type ConntrackState = 'INVALID' | 'NEW' | 'ESTABLISHED' | 'RELATED' | 'UNTRACKED' | 'SNAT' | 'DNAT';
export interface ConntrackMatch {
  readonly match: 'conntrack';
  readonly states: readonly ConntrackState[];
  readonly invert?: true;
}
export interface AddrtypeMatch {
  readonly match: 'addrtype';
  /** Route types as iptables names them, several joined by commas: `LOCAL`, `UNICAST,BROADCAST`. */
  readonly sourceType?: string;
  readonly destinationType?: string;
}
export interface RecentMatch {
  readonly match: 'recent';
  readonly action: 'set' | 'rcheck';
  /** Of the kernel's list of addresses (`/proc/net/xt_recent/<name>`), at most 199 bytes. */
  readonly name: string;
  readonly seconds?: number;
  readonly reap?: true;
  /**
   * Applied to the source before it is looked up. Absent: the whole address, which iptables-save prints as
   * 255.255.255.255 and which, given so, is another entry in the kernel with the same meaning.
   */
  readonly mask?: string;
}
export interface SetMatch {
  readonly match: 'set';
  readonly name: string;
  readonly directions: readonly ('src' | 'dst')[];
  readonly invert?: true;
}
/** An extension, a revision or options outside the vocabulary above: kept byte for byte, so that a table survives a round trip. */
export interface OpaqueMatch {
  readonly match: 'opaque';
  readonly name: string;
  readonly revision: number;
  readonly data: Uint8Array;
}
export type StatisticMatch = RandomMatch | NthMatch;
export type KnownMatch =
  | PortMatch
  | CommentMatch
  | MarkMatch
  | StatisticMatch
  | ConntrackMatch
  | AddrtypeMatch
  | RecentMatch
  | SetMatch;
export type Match = KnownMatch | OpaqueMatch;

export interface VerdictTarget {
  readonly target: 'ACCEPT' | 'DROP' | 'RETURN';
}
export interface ChainTarget {
  readonly target: 'jump' | 'goto';
  readonly chain: string;
}
/** No target: the rule only counts. */
export interface NoTarget {
  readonly target: 'none';
}
export interface DnatTarget {
  readonly target: 'DNAT';
  readonly ip: string;
  readonly port?: number;
}
export interface MasqueradeTarget {
  readonly target: 'MASQUERADE';
  readonly randomFully?: true;
}
export interface MarkTarget {
  readonly target: 'MARK';
  readonly operation: 'or' | 'xor' | 'and' | 'set';
  readonly value: number;
}
export interface RejectTarget {
  readonly target: 'REJECT';
  /** As iptables names it: `icmp-port-unreachable`, `tcp-reset`, ... */
  readonly with: string;
}
export interface OpaqueTarget {
  readonly target: 'opaque';
  readonly name: string;
  readonly revision: number;
  readonly data: Uint8Array;
}
export type KnownTarget = DnatTarget | MasqueradeTarget | MarkTarget | RejectTarget;
export type Target = VerdictTarget | ChainTarget | NoTarget | KnownTarget | OpaqueTarget;

/** `mask` stands for the masks that no prefix length can express, such as 255.0.255.0. */
export type AddressMatch =
  | { readonly ip: string; readonly prefix: number; readonly invert?: true }
  | { readonly ip: string; readonly mask: string; readonly invert?: true };

/** Plain data: properties that are inherited, or that enumeration does not show, are not seen. */
export interface Rule {
  readonly source?: AddressMatch;
  readonly destination?: AddressMatch;
  readonly protocol?: 'tcp' | 'udp' | 'sctp' | 'icmp' | number;
  /** A trailing `+` matches every interface whose name begins so. */
  readonly inInterface?: string;
  readonly outInterface?: string;
  /** `-f`: only the second and further fragments of a packet. */
  readonly fragments?: true;
  /** Which of the conditions above are negated; an address carries its own `invert`. */
  readonly invert?: {
    readonly protocol?: true;
    readonly inInterface?: true;
    readonly outInterface?: true;
    readonly fragments?: true;
  };
  readonly matches: readonly Match[];
  readonly target: Target;
  /** Absent: zero. */
  readonly counters?: Counters;
}
export interface Counters {
  readonly packets: bigint;
  readonly bytes: bigint;
}
export interface Chain {
  readonly name: string;
  /** Built-in chains only; absent: ACCEPT. */
  readonly policy?: 'ACCEPT' | 'DROP';
  /** Of the policy, so built-in chains only. Absent: zero. */
  readonly counters?: Counters;
  readonly rules: readonly Rule[];
}
export interface Table {
  readonly name: TableName;
  /** Built-in chains that are left out are empty with policy ACCEPT. */
  readonly chains: readonly Chain[];
}
