/** Every extension of the vocabulary, by the name the types give it and by the name the kernel gives it. */
import type { KnownMatch, KnownTarget } from '../table.ts';
import { addrtypeMatch } from './addrtype.ts';
import type { ExtensionCodec } from './codec.ts';
import { commentMatch } from './comment.ts';
import { conntrackMatch } from './conntrack.ts';
import { dnatTarget } from './dnat.ts';
import { markMatch } from './mark-match.ts';
import { markTarget } from './mark-target.ts';
import { masqueradeTarget } from './masquerade.ts';
import { tcpMatch, udpMatch } from './ports.ts';
import { recentMatch } from './recent.ts';
import { rejectTarget } from './reject.ts';
import { sctpMatch } from './sctp.ts';
import { setMatch } from './set.ts';
import { statisticMatch } from './statistic.ts';

export const matchCodecs: Readonly<Record<KnownMatch['match'], ExtensionCodec<KnownMatch>>> = {
  tcp: tcpMatch,
  udp: udpMatch,
  sctp: sctpMatch,
  comment: commentMatch,
  mark: markMatch,
  statistic: statisticMatch,
  conntrack: conntrackMatch,
  addrtype: addrtypeMatch,
  recent: recentMatch,
  set: setMatch,
};

export const targetCodecs: Readonly<Record<KnownTarget['target'], ExtensionCodec<KnownTarget>>> = {
  DNAT: dnatTarget,
  MASQUERADE: masqueradeTarget,
  MARK: markTarget,
  REJECT: rejectTarget,
};

const byKernelName = <Options>(codecs: Readonly<Record<string, ExtensionCodec<Options>>>) =>
  new Map(Object.values(codecs).map((codec) => [codec.name, codec]));

/** The vocabulary's codec for an extension of the kernel; another revision of it is another extension. */
export const matchByKernelName: ReadonlyMap<string, ExtensionCodec<KnownMatch>> = byKernelName(matchCodecs);
export const targetByKernelName: ReadonlyMap<string, ExtensionCodec<KnownTarget>> = byKernelName(targetCodecs);
