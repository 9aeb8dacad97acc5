/** Which Services a Service proxy programs, and what of them is left out here. */
import type { Service } from '../../api/index.ts';

const headlessLabel = 'service.kubernetes.io/headless';
const proxyNameLabel = 'service.kubernetes.io/service-proxy-name';

/** Why kube-proxy would leave this Service alone (pkg/proxy/util ShouldSkipService and its label selector), if it would. */
export function skipReason({ metadata, spec }: Service): string | undefined {
  if (spec.type === 'ExternalName') return 'it is of type ExternalName, which only DNS answers';
  if (spec.clusterIP === 'None') return 'it is headless: clients connect to its pods themselves';
  if (metadata.labels[headlessLabel] !== undefined) return `its label ${headlessLabel} marks it headless`;
  const proxyName = metadata.labels[proxyNameLabel];
  if (proxyName !== undefined) return `its label ${proxyNameLabel} hands it to the proxy '${proxyName}'`;
  if (spec.clusterIP?.includes(':') === true) return 'its cluster IP is IPv6; a lane carries IPv4';
  return undefined;
}

/** What of a Service that is programmed does not come into the data plane, as one clause each. */
export function omittedParts({ spec }: Service): string[] {
  const parts: string[] = [];
  if (spec.type === 'NodePort') parts.push('its node ports');
  if (spec.type === 'LoadBalancer') parts.push('its node ports and load-balancer addresses');
  if (spec.internalTrafficPolicy === 'Local') parts.push('internalTrafficPolicy: Local (a lane has one node)');
  return parts;
}
