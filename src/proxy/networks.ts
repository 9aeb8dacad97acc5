/** Which addresses stand for what in a lane; the cluster-wide settings that kube-proxy gets by flags. */
import { type Ipv4Range, ipv4Range } from '../api/ipv4.ts';

/** Clients (10.1.0.0/16) and endpoints (10.2.0.0/16): traffic from here is pod traffic and keeps its source address. */
export const clusterCidr = '10.0.0.0/14';
export const serviceCidr = '10.96.0.0/12';

/** Where declared endpoints live. The first 256 addresses of 10.2.0.0/16 are the lane's own interfaces. */
export const endpointRange: Ipv4Range = { base: ipv4Range('10.2.1.0/24').base, size: 127 * 256 };
/** Where endpoints of padding Services live: the other half of 10.2.0.0/16. */
export const paddingEndpointRange = ipv4Range('10.2.128.0/17');

/** Declared Services without an address get theirs from here, as an API server allocates above its static band. */
export const clusterIpRange: Ipv4Range = { base: ipv4Range('10.96.1.0/24').base, size: 255 * 256 };
/** Padding Services are strewn over the upper half of the Service range. */
export const paddingClusterIpRange = ipv4Range('10.104.0.0/13');
