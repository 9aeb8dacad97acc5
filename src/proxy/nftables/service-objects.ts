/** The nftables objects of one Service port (pkg/proxy/nftables/proxier.go syncProxyRules). */
import { endpointAddress, lowerProtocol, servicePortName } from '../names.ts';
import type { ServicePort } from '../types.ts';
import { markChain, noEndpointServicesMap, rejectChain, serviceIpsMap } from './fixed.ts';
import { endpointNames, serviceChain, serviceId } from './names.ts';

export interface NftChain {
  readonly name: string;
  readonly rules: readonly string[];
}

/** Remembers clients of one endpoint; entries end by themselves. */
export interface NftAffinitySet {
  readonly name: string;
  readonly timeoutSeconds: number;
}

/** An entry of the map that a packet's address, protocol and port are looked up in. */
export interface NftElement {
  readonly map: string;
  readonly key: string;
  readonly verdict: string;
  readonly comment?: string;
}

export interface NftService {
  readonly id: string;
  readonly clusterIP: string;
  readonly element: NftElement;
  readonly chains: readonly NftChain[];
  readonly affinitySets: readonly NftAffinitySet[];
}

export function serviceObjects(service: ServicePort, clusterCidr: string): NftService {
  const id = serviceId(service);
  const key = `${service.clusterIP} . ${lowerProtocol(service)} . ${service.port}`;
  const { clusterIP } = service;
  if (service.endpoints.length === 0) {
    const comment = servicePortName(service);
    const element = { map: noEndpointServicesMap, key, verdict: `goto ${rejectChain}`, comment };
    return { id, clusterIP, element, chains: [], affinitySets: [] };
  }
  const main = serviceChain(service);
  const element = { map: serviceIpsMap, key, verdict: `goto ${main}` };
  const affinity = service.sessionAffinity;
  const targets = service.endpoints.map((endpoint) => ({ endpoint, ...endpointNames(service, endpoint) }));
  const sticky = affinity.kind === 'ClientIP';
  const chains: NftChain[] = [
    {
      name: main,
      rules: [
        `ip daddr ${clusterIP} ip saddr != ${clusterCidr} jump ${markChain}`,
        ...(sticky ? targets.map(({ chain, affinitySet }) => `ip saddr @${affinitySet} goto ${chain}`) : []),
        // One random number for all: a rule per endpoint would draw anew at each and skew the shares.
        `numgen random mod ${targets.length} vmap { ${targets.map(({ chain }, index) => `${index} : goto ${chain}`).join(', ')} }`,
      ],
    },
    ...targets.map(({ endpoint, chain, affinitySet }) => ({
      name: chain,
      rules: [
        `ip saddr ${endpoint.ip} jump ${markChain}`,
        ...(sticky ? [`update @${affinitySet} { ip saddr }`] : []),
        `meta l4proto ${lowerProtocol(service)} dnat to ${endpointAddress(endpoint)}`,
      ],
    })),
  ];
  const affinitySets = sticky
    ? targets.map(({ affinitySet }) => ({ name: affinitySet, timeoutSeconds: affinity.timeoutSeconds }))
    : [];
  return { id, clusterIP, element, chains, affinitySets };
}
