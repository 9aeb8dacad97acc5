/** Names of kube-proxy's iptables chains (pkg/proxy/iptables/proxier.go). */
import { endpointAddress, hashName, lowerProtocol, servicePortName } from '../names.ts';
import type { Endpoint, ServicePort } from '../types.ts';

export const servicesChain = 'KUBE-SERVICES';
export const externalServicesChain = 'KUBE-EXTERNAL-SERVICES';
export const nodePortsChain = 'KUBE-NODEPORTS';
export const postroutingChain = 'KUBE-POSTROUTING';
export const markMasqueradeChain = 'KUBE-MARK-MASQ';
export const forwardChain = 'KUBE-FORWARD';
export const proxyFirewallChain = 'KUBE-PROXY-FIREWALL';
/** Made by the kubelet and by kube-proxy alike. */
export const kubeletFirewallChain = 'KUBE-FIREWALL';

/** Bit 14, kube-proxy's default `masqueradeBit`. */
export const masqueradeMark = 0x4000;

/** Balances over all endpoints of a Service port. */
export function serviceChain(service: ServicePort): string {
  return `KUBE-SVC-${hashName(servicePortName(service) + lowerProtocol(service), 16)}`;
}

/** Translates to one endpoint. */
export function endpointChain(service: ServicePort, endpoint: Endpoint): string {
  return `KUBE-SEP-${hashName(servicePortName(service) + lowerProtocol(service) + endpointAddress(endpoint), 16)}`;
}
