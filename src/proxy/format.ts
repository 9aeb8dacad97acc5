/** What a mode would program for Services, as text for people and for the tools that read it. */
import { formatIptables } from './iptables/format.ts';
import { createIptablesPlanner } from './iptables/plan.ts';
import { formatIpvs } from './ipvs/format.ts';
import { createIpvsPlanner } from './ipvs/plan.ts';
import { formatNftables } from './nftables/format.ts';
import { createNftablesPlanner } from './nftables/plan.ts';
import type { IpvsScheduler, ServicePort } from './types.ts';

/** Modes that put rules into a kernel; both back ends of iptables get the same ones. */
export const ruleModes = ['iptables', 'iptables-legacy', 'iptables-nft', 'nftables', 'ipvs'] as const;
export type RuleMode = (typeof ruleModes)[number];

export function formatRules(mode: RuleMode, services: readonly ServicePort[], scheduler: IpvsScheduler = 'rr'): string {
  switch (mode) {
    case 'iptables':
    case 'iptables-legacy':
    case 'iptables-nft':
      return formatIptables(createIptablesPlanner()(services));
    case 'nftables':
      return formatNftables(createNftablesPlanner()(services));
    case 'ipvs':
      return formatIpvs(createIpvsPlanner({ scheduler })(services));
  }
}
