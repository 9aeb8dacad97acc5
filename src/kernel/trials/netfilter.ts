/** Trials of netfilter: each programs the kinds of rules that a Service data plane writes, so all modules get loaded. */
import { readFileSync } from 'node:fs';
import { type Chain, type Rule, replaceTable } from '../../../native/iptables/index.ts';
import { withNetns } from '../../../native/netns/index.ts';
import { runTool, type Trial } from './trial.ts';

const filterChains: readonly Chain[] = [
  {
    name: 'FORWARD',
    rules: [
      { matches: [{ match: 'conntrack', states: ['INVALID'] }], target: { target: 'DROP' } },
      {
        matches: [{ match: 'comment', text: 'no endpoints' }],
        target: { target: 'REJECT', with: 'icmp-port-unreachable' },
      },
    ],
  },
];

const natRules: readonly Rule[] = [
  { matches: [{ match: 'addrtype', destinationType: 'LOCAL' }], target: { target: 'RETURN' } },
  {
    matches: [{ match: 'recent', action: 'rcheck', name: 'KUBE-SEP-TRIAL', seconds: 10_800, reap: true }],
    target: { target: 'RETURN' },
  },
  {
    protocol: 'tcp',
    matches: [
      { match: 'statistic', mode: 'random', probability: 0.5 },
      { match: 'tcp', destinationPorts: { from: 80, to: 80 } },
    ],
    target: { target: 'DNAT', ip: '10.2.0.2', port: 8080 },
  },
  { matches: [], target: { target: 'MARK', operation: 'or', value: 0x4000 } },
];

const natChains: readonly Chain[] = [
  { name: 'PREROUTING', rules: natRules },
  {
    name: 'POSTROUTING',
    rules: [
      {
        matches: [{ match: 'mark', value: 0x4000, mask: 0x4000 }],
        target: { target: 'MASQUERADE', randomFully: true },
      },
    ],
  },
];

/** The same for iptables-nft, which turns most of it into expressions of nf_tables. */
const natText = `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j RETURN
-A PREROUTING -m recent --name KUBE-SEP-TRIAL --rcheck --seconds 10800 --reap -j RETURN
-A PREROUTING -p tcp -m statistic --mode random --probability 0.5 -m tcp --dport 80 -j DNAT --to-destination 10.2.0.2:8080
-A PREROUTING -m comment --comment "mark" -j MARK --or-mark 0x4000
-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE --random-fully
COMMIT
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate INVALID -j DROP
-A FORWARD -m comment --comment "no endpoints" -j REJECT --reject-with icmp-port-unreachable
COMMIT
`;

const nftText = `add table ip trial
add map ip trial services { type ipv4_addr . inet_proto . inet_service : verdict ; }
add set ip trial affinity { type ipv4_addr ; flags dynamic,timeout ; timeout 10800s ; }
add chain ip trial nat-prerouting { type nat hook prerouting priority -100 ; }
add chain ip trial nat-postrouting { type nat hook postrouting priority 100 ; }
add chain ip trial endpoint
add chain ip trial service
add rule ip trial endpoint update @affinity { ip saddr }
add rule ip trial endpoint meta l4proto tcp dnat to 10.2.0.2:8080
add rule ip trial service numgen random mod 2 vmap { 0 : goto endpoint , 1 : goto endpoint }
add element ip trial services { 10.96.0.1 . tcp . 80 : goto service }
add rule ip trial nat-prerouting ip daddr . meta l4proto . th dport vmap @services
add rule ip trial nat-postrouting masquerade fully-random
`;

const ipsetText = `create KUBE-CLUSTER-IP hash:ip,port
add KUBE-CLUSTER-IP 10.96.0.1,tcp:80
create KUBE-LOOP-BACK hash:ip,port,ip
`;

/** Where this kernel keeps what: a remedy names the guest only to those who are not in it. */
const orGuest = (kernel: string): string =>
  kernel === 'host' ? '; where this kernel lacks it, measure in the guest: --kernel uml' : '';

const iptablesLegacy: Trial = {
  name: 'iptables-legacy',
  attempt: async (fresh) => {
    replaceTable({ name: 'nat', chains: natChains }, fresh);
    replaceTable({ name: 'filter', chains: filterChains }, fresh);
    return undefined;
  },
  remedy: (kernel) => `load it as root: modprobe -a iptable_nat iptable_filter${orGuest(kernel)}`,
};

const iptablesNft: Trial = {
  name: 'iptables-nft',
  attempt: async (fresh) => {
    await runTool(fresh, 'iptables-nft-restore', [], natText);
    return await runTool(fresh, 'iptables-nft', ['--version']);
  },
  remedy: (kernel) =>
    kernel === 'host'
      ? 'apt-get install iptables; load as root: modprobe -a nf_tables nft_compat nft_chain_nat'
      : 'this guest kernel has no NAT in nf_tables: measure it on the host: --kernel host',
};

const nftables: Trial = {
  name: 'nftables',
  attempt: async (fresh) => {
    await runTool(fresh, 'nft', ['-f', '-'], nftText);
    return await runTool(fresh, 'nft', ['--version']);
  },
  remedy: (kernel) =>
    kernel === 'host'
      ? 'apt-get install nftables; load as root: modprobe -a nf_tables nft_chain_nat nft_masq nft_numgen'
      : 'this guest kernel has no NAT in nf_tables: measure it on the host: --kernel host',
};

const ipset: Trial = {
  name: 'ipset',
  attempt: async (fresh) => {
    await runTool(fresh, 'ipset', ['restore'], ipsetText);
    return await runTool(fresh, 'ipset', ['--version']);
  },
  remedy: (kernel) =>
    `apt-get install ipset; load as root: modprobe -a ip_set_hash_ipport ip_set_hash_ipportip${orGuest(kernel)}`,
};

const conntrack: Trial = {
  name: 'conntrack',
  attempt: async (fresh) => {
    // Whichever table makes the kernel load it.
    try {
      replaceTable({ name: 'filter', chains: filterChains }, fresh);
    } catch {
      await runTool(fresh, 'nft', ['-f', '-'], nftText);
    }
    return withNetns(fresh, () => {
      const read = (name: string) => readFileSync(`/proc/sys/net/netfilter/nf_conntrack_${name}`, 'utf8').trim();
      return `${read('buckets')} buckets, at most ${read('max')} flows`;
    });
  },
  remedy: () => 'load it as root: modprobe nf_conntrack',
};

export const netfilterTrials: readonly Trial[] = [conntrack, iptablesLegacy, iptablesNft, nftables, ipset];
