/** What the user-space proxy is to do, and what changes between two such states. Pure. */
import { type Ipv4Range, inRange, ipv4Range } from '../../api/ipv4.ts';
import { compareLists } from '../difference.ts';
import type { ServicePort, SessionAffinity } from '../types.ts';
import { userspaceErrors } from './errors.ts';
import type { EndpointAddress } from './round-robin.ts';

export interface UserspaceState {
  readonly services: readonly ServicePort[];
}

/** Where a Service port is reached. */
export interface VirtualAddress {
  readonly protocol: 'TCP' | 'UDP';
  readonly ip: string;
  readonly port: number;
}

/** What the proxy must know of a Service port. */
export interface ProxyService extends VirtualAddress {
  readonly affinity: SessionAffinity;
  readonly endpoints: readonly EndpointAddress[];
}

export interface UserspaceChange {
  /** New Service ports and those whose endpoints or affinity are different now. */
  readonly set: readonly ProxyService[];
  readonly remove: readonly VirtualAddress[];
}

function ipv4Of(range: Ipv4Range, serviceCidr: string, service: ServicePort): ServicePort {
  if (service.protocol === 'SCTP') throw userspaceErrors.protocol(service);
  if (!/^[\d.]+$/.test(service.clusterIP) || !inRange(range, service.clusterIP)) {
    throw userspaceErrors.address(service, serviceCidr);
  }
  return service;
}

/** @throws InputError for a Service port that this proxy cannot carry: SCTP, or an address outside of `serviceCidr`. */
export function planUserspace(services: readonly ServicePort[], serviceCidr: string): UserspaceState {
  const range = ipv4Range(serviceCidr);
  return { services: services.map((service) => ipv4Of(range, serviceCidr, service)) };
}

function virtualAddress({ protocol, clusterIP, port }: ServicePort): VirtualAddress {
  return { protocol: protocol === 'UDP' ? 'UDP' : 'TCP', ip: clusterIP, port };
}

function proxyService(service: ServicePort): ProxyService {
  return {
    ...virtualAddress(service),
    affinity: service.sessionAffinity,
    endpoints: service.endpoints.map(({ ip, port }) => ({ ip, port })),
  };
}

/** A Service port that is the same object in both states counts as unchanged. */
export function userspaceChange(previous: UserspaceState | undefined, desired: UserspaceState): UserspaceChange {
  const { differences } = compareLists(
    previous?.services ?? [],
    desired.services,
    ({ protocol, clusterIP, port }) => `${protocol}/${clusterIP}:${port}`,
  );
  return {
    set: differences.flatMap(({ after }) => (after === undefined ? [] : [proxyService(after)])),
    remove: differences.flatMap(({ before, after }) =>
      before === undefined || after !== undefined ? [] : [virtualAddress(before)],
    ),
  };
}
