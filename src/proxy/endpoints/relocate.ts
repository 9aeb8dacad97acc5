/** Brings Services of a real cluster into the address ranges of a lane. */
import { type Ipv4Range, inRange, ipv4Range } from '../../api/ipv4.ts';
import { clusterIpRange, endpointRange, serviceCidr } from '../networks.ts';
import type { ServicePort } from '../types.ts';
import { AddressAllocator } from './allocator.ts';
import type { ResolvedServices } from './resolve.ts';

/**
 * Replaces every cluster IP outside 10.96.0.0/12 and every endpoint address outside the lane's endpoint range by a
 * free one of that range, the same address always by the same one; a note says how many. Where the packets of a lane
 * can go is fixed by its three namespaces; what a user exported from a cluster has addresses of its own.
 */
export function relocate({ services, notes }: ResolvedServices): ResolvedServices {
  const clusterIps = new Relocation(ipv4Range(serviceCidr), new AddressAllocator(clusterIpRange, 'cluster IPs'));
  const endpointIps = new Relocation(endpointRange, new AddressAllocator(endpointRange, 'pod addresses'));
  for (const service of services) {
    clusterIps.keep(service.clusterIP);
    for (const { ip } of service.endpoints) endpointIps.keep(ip);
  }
  const moved: ServicePort[] = services.map((service) => ({
    ...service,
    clusterIP: clusterIps.replacement(service.clusterIP),
    endpoints: service.endpoints.map((endpoint) => ({ ...endpoint, ip: endpointIps.replacement(endpoint.ip) })),
  }));
  return {
    services: moved,
    notes: [...notes, ...clusterIps.notes('cluster IPs'), ...endpointIps.notes('endpoint addresses')],
  };
}

class Relocation {
  readonly #range: Ipv4Range;
  readonly #allocator: AddressAllocator;
  readonly #replacements = new Map<string, string>();

  constructor(range: Ipv4Range, allocator: AddressAllocator) {
    this.#range = range;
    this.#allocator = allocator;
  }

  /** Addresses that fit are kept, so no replacement may be one of them. */
  keep(ip: string): void {
    if (inRange(this.#range, ip)) this.#allocator.reserve(ip);
  }

  replacement(ip: string): string {
    if (inRange(this.#range, ip)) return ip;
    const replacement = this.#replacements.get(ip) ?? this.#allocator.allocate();
    this.#replacements.set(ip, replacement);
    return replacement;
  }

  notes(what: string): string[] {
    const count = this.#replacements.size;
    return count === 0 ? [] : [`${what} outside the lab's networks are replaced by addresses within: ${count}`];
  }
}
