/** Generic-netlink IPVS client (uapi/linux/ip_vs.h). */
export { openIpvs } from './client.ts';
export { IpvsError, type IpvsErrorCode, type RefusedOperation } from './errors.ts';
export type {
  IpFamily,
  IpvsClient,
  IpvsDestination,
  IpvsDestinationConfig,
  IpvsDestinationKey,
  IpvsOperation,
  IpvsService,
  IpvsServiceConfig,
  IpvsServiceKey,
  IpvsStats,
  IpvsTimeouts,
  IpvsTunnel,
  OpenIpvs,
  TunnelChecksum,
} from './types.ts';
