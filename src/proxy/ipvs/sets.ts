/** The ipsets that kube-proxy's IPVS rules refer to (pkg/proxy/ipvs/ipset.go); the other ten serve what is left out here. */
import { formatEntry, type IpsetDefinition, type IpsetEntry } from '../ipset/messages.ts';
import { lowerProtocol } from '../names.ts';
import type { ServicePort } from '../types.ts';

export const clusterIpSet = 'KUBE-CLUSTER-IP';
export const loopBackSet = 'KUBE-LOOP-BACK';
/** Every address on kube-ipvs0. */
export const boundAddressSet = 'KUBE-IPVS-IPS';

/** The sizes that kube-proxy gives its sets. */
const sizes = { hashSize: 1024, maxEntries: 65_536 } as const;

export const setDefinitions: readonly IpsetDefinition[] = [
  { name: loopBackSet, type: 'hash:ip,port,ip', ...sizes },
  { name: clusterIpSet, type: 'hash:ip,port', ...sizes },
  { name: 'KUBE-EXTERNAL-IP', type: 'hash:ip,port', ...sizes },
  { name: 'KUBE-EXTERNAL-IP-LOCAL', type: 'hash:ip,port', ...sizes },
  { name: 'KUBE-LOAD-BALANCER', type: 'hash:ip,port', ...sizes },
  { name: 'KUBE-HEALTH-CHECK-NODE-PORT', type: 'bitmap:port', from: 0, to: 65_535 },
  { name: boundAddressSet, type: 'hash:ip', ...sizes },
];

/** What one Service port puts into the sets. Others may put in the same: ports share an address, Services share pods. */
export function setEntries(service: ServicePort): IpsetEntry[] {
  const protocol = lowerProtocol(service);
  // Only an endpoint of this node can reach itself through it and then needs its replies led back.
  const local = service.endpoints.filter(({ remote }) => remote !== true);
  return [
    { set: clusterIpSet, ip: service.clusterIP, port: { protocol, number: service.port } },
    { set: boundAddressSet, ip: service.clusterIP },
    ...local.map(({ ip, port }) => ({ set: loopBackSet, ip, port: { protocol, number: port }, ip2: ip })),
  ];
}

/** Equal entries have equal texts. */
export function entryText(entry: IpsetEntry): string {
  return `${entry.set} ${formatEntry(entry)}`;
}
