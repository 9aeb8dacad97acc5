/** Fills a node up with Services that nobody calls, as a large cluster does to its nodes. */
import { numberToIpv4 } from '../api/ipv4.ts';
import { proxyErrors } from '../proxy/errors.ts';
import { paddingClusterIpRange, paddingEndpointRange } from '../proxy/networks.ts';
import type { Endpoint, ServicePort } from '../proxy/types.ts';
import type { Random } from '../stats/random.ts';

/** Where among all Services the measured ones stand: what a chain that is searched in order makes them pay. */
export type Position = 'first' | 'middle' | 'last';

export interface Padding {
  /** The Services that will be called; they stay together and in their order. */
  readonly measured: readonly ServicePort[];
  /** Service ports in all, the measured ones included. */
  readonly total: number;
  readonly position: Position;
  readonly endpointsPerService: number;
  /** Strews the cluster IPs over their range, as an API server does; hash tables would flatter neighbours. */
  readonly random: Random;
}

/**
 * The measured Services among synthetic ones, `total` Service ports in all. Synthetic Services have one TCP port and
 * endpoints on other nodes; the same random source gives the same Services, and a smaller total gives the first of a
 * larger one's.
 * @throws InputError when `total` is less than what is measured.
 */
export function padServices({ measured, total, position, endpointsPerService, random }: Padding): ServicePort[] {
  const count = total - measured.length;
  if (count < 0) throw proxyErrors.tooFewServices(total, measured.length);
  const clusterIps = new Set(measured.map(({ clusterIP }) => clusterIP));
  const padding = Array.from(
    { length: count },
    (_, index): ServicePort => ({
      namespace: 'padding',
      name: `svc-${String(index).padStart(5, '0')}`,
      portName: 'http',
      protocol: 'TCP',
      clusterIP: drawClusterIp(clusterIps, random),
      port: 80,
      sessionAffinity: { kind: 'None' },
      endpoints: Array.from({ length: endpointsPerService }, (_, place) =>
        paddingEndpoint(index * endpointsPerService + place),
      ),
    }),
  );
  const before = { first: 0, middle: Math.floor(count / 2), last: count }[position];
  return [...padding.slice(0, before), ...measured, ...padding.slice(before)];
}

function drawClusterIp(taken: Set<string>, random: Random): string {
  for (;;) {
    const offset = Math.floor(random.next() * paddingClusterIpRange.size);
    const ip = numberToIpv4(paddingClusterIpRange.base + offset);
    if (taken.has(ip)) continue;
    taken.add(ip);
    return ip;
  }
}

/** Addresses first, then ports: endpoint `serial` shares its address with none before the range is used up. */
function paddingEndpoint(serial: number): Endpoint {
  const ip = numberToIpv4(paddingEndpointRange.base + (serial % paddingEndpointRange.size));
  return { ip, port: 8080 + Math.floor(serial / paddingEndpointRange.size), weight: 1, remote: true };
}
