/** Names of kube-proxy's nftables chains, sets and maps (pkg/proxy/nftables/proxier.go). */
import { hashName, lowerProtocol } from '../names.ts';
import type { Endpoint, ServicePort } from '../types.ts';

/** Family and name of the table: every object below lives in it. */
export const table = 'ip kube-proxy';

/** nftables allows names of 255 bytes; kube-proxy keeps 16 for its prefixes. */
const baseLengthMax = 256 - 16;

/** `ns/name/proto/port`: identifies a Service port. Slashes tell such chains from the fixed ones. */
export function serviceId(service: ServicePort): string {
  return `${service.namespace}/${service.name}/${lowerProtocol(service)}/${service.portName}`;
}

/** A hash in front keeps names apart that are cut, and lets the eye tell neighbours apart. */
function hashAndTruncate(name: string): string {
  const full = `${hashName(name, 8)}-${name}`;
  return full.length > baseLengthMax ? `${full.slice(0, baseLengthMax - 3)}...` : full;
}

export function serviceChain(service: ServicePort): string {
  return `service-${hashAndTruncate(serviceId(service))}`;
}

/** The endpoint's chain, and the set that remembers which clients it has, share the rest of their names. */
export function endpointNames(
  service: ServicePort,
  { ip, port }: Endpoint,
): { readonly chain: string; readonly affinitySet: string } {
  const base = hashAndTruncate(`${serviceId(service)}__${ip}/${port}`);
  return { chain: `endpoint-${base}`, affinitySet: `affinity-${base}` };
}
