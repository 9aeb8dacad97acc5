/** What kube-proxy puts into its table whatever the Services are (pkg/proxy/nftables/proxier.go setupNFTables). */
import { serviceCidr } from '../networks.ts';
import { table } from './names.ts';

export const clusterIpsSet = 'cluster-ips';
export const serviceIpsMap = 'service-ips';
export const noEndpointServicesMap = 'no-endpoint-services';
export const rejectChain = 'reject-chain';
export const markChain = 'mark-for-masquerade';

const addressKey = 'ipv4_addr . inet_proto . inet_service : verdict';
const portKey = 'inet_proto . inet_service : verdict';

const containers = [
  `set ${table} ${clusterIpsSet} { type ipv4_addr ; comment "Active ClusterIPs" ; }`,
  `set ${table} nodeport-ips { type ipv4_addr ; comment "IPs that accept NodePort traffic" ; }`,
  `map ${table} firewall-ips { type ${addressKey} ; comment "destinations that are subject to LoadBalancerSourceRanges" ; }`,
  `map ${table} no-endpoint-nodeports { type ${portKey} ; comment "vmap to drop or reject packets to service nodeports with no endpoints" ; }`,
  `map ${table} ${noEndpointServicesMap} { type ${addressKey} ; comment "vmap to drop or reject packets to services with no endpoints" ; }`,
  `map ${table} ${serviceIpsMap} { type ${addressKey} ; comment "ClusterIP, ExternalIP and LoadBalancer IP traffic" ; }`,
  `map ${table} service-nodeports { type ${portKey} ; comment "NodePort traffic" ; }`,
];

/** Filtering sees the addresses from before translation, so the firewall's chains run ahead of the dstnat priority. */
const baseChains: readonly (readonly [name: string, hook: string])[] = [
  ['filter-prerouting-pre-dnat', 'type filter hook prerouting priority -110 ;'],
  ['filter-output-pre-dnat', 'type filter hook output priority -110 ;'],
  ['filter-forward', 'type filter hook forward priority 0 ;'],
  ['filter-input', 'type filter hook input priority 0 ;'],
  ['filter-output', 'type filter hook output priority 0 ;'],
  ['nat-prerouting', 'type nat hook prerouting priority -100 ;'],
  ['nat-output', 'type nat hook output priority -100 ;'],
  ['nat-postrouting', 'type nat hook postrouting priority 100 ;'],
];

const regularChains = [
  'cluster-ips-check',
  'firewall-check',
  markChain,
  'masquerading',
  'nodeport-endpoints-check',
  'services',
  'service-endpoints-check',
];

const byAddress = 'ip daddr . meta l4proto . th dport vmap';
const byNodePort = 'ip daddr @nodeport-ips meta l4proto . th dport vmap';

const rules: readonly (readonly [chain: string, rule: string])[] = [
  ['filter-prerouting-pre-dnat', 'ct state new jump firewall-check'],
  ['filter-output-pre-dnat', 'ct state new jump firewall-check'],
  ['filter-forward', 'ct state new jump service-endpoints-check'],
  ['filter-forward', 'ct state new jump cluster-ips-check'],
  ['filter-input', 'ct state new jump nodeport-endpoints-check'],
  ['filter-input', 'ct state new jump service-endpoints-check'],
  ['filter-output', 'ct state new jump service-endpoints-check'],
  ['filter-output', 'ct state new jump cluster-ips-check'],
  ['nat-prerouting', 'jump services'],
  ['nat-output', 'jump services'],
  ['nat-postrouting', 'jump masquerading'],
  ['cluster-ips-check', `ip daddr @${clusterIpsSet} reject comment "Reject traffic to invalid ports of ClusterIPs"`],
  ['cluster-ips-check', `ip daddr { ${serviceCidr} } drop comment "Drop traffic to unallocated ClusterIPs"`],
  ['firewall-check', `${byAddress} @firewall-ips`],
  [markChain, 'mark set mark or 0x4000'],
  ['masquerading', 'mark and 0x4000 == 0 return'],
  ['masquerading', 'mark set mark xor 0x4000'],
  ['masquerading', 'masquerade fully-random'],
  ['nodeport-endpoints-check', `${byNodePort} @no-endpoint-nodeports`],
  [rejectChain, 'reject'],
  ['services', `${byAddress} @${serviceIpsMap}`],
  ['services', `${byNodePort} @service-nodeports`],
  ['service-endpoints-check', `${byAddress} @${noEndpointServicesMap}`],
];

/** Commands that make the table with everything in it but Services. */
export const setupCommands: readonly string[] = [
  `add table ${table} { comment "rules for kube-proxy" ; }`,
  ...containers.map((container) => `add ${container}`),
  ...baseChains.map(([name, hook]) => `add chain ${table} ${name} { ${hook} }`),
  ...regularChains.map((name) => `add chain ${table} ${name}`),
  `add chain ${table} ${rejectChain} { comment "helper for @no-endpoint-services / @no-endpoint-nodeports" ; }`,
  ...rules.map(([chain, rule]) => `add rule ${table} ${chain} ${rule}`),
];
