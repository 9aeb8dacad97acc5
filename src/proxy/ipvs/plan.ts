/** Service ports to IPVS services with their destinations, and what goes with them. Pure. */
import type { IpvsDestinationConfig, IpvsServiceConfig } from '../../../native/ipvs/index.ts';
import type { IpsetEntry } from '../ipset/messages.ts';
import type { IptablesState } from '../iptables/plan.ts';
import { memoize } from '../memo.ts';
import { clusterCidr as defaultClusterCidr } from '../networks.ts';
import type { IpvsScheduler, ServicePort } from '../types.ts';
import { loopBackSet, setEntries } from './sets.ts';
import { ipvsTables } from './tables.ts';

export interface IpvsVirtualServer {
  /** `TCP 10.96.0.1:80`: what the kernel tells services apart by. */
  readonly id: string;
  readonly service: IpvsServiceConfig;
  /** In the order of the endpoints; the kernel puts each new one in front, so it schedules them in reverse. */
  readonly destinations: readonly IpvsDestinationConfig[];
  readonly setEntries: readonly IpsetEntry[];
}

export interface IpvsState {
  readonly servers: readonly IpvsVirtualServer[];
  /** The same object while the same rules are wanted. */
  readonly tables: IptablesState;
}

export interface IpvsPlanOptions {
  /** @default 'rr' */
  readonly scheduler?: IpvsScheduler;
  /** sh and mh: hash the client's port too. kube-proxy does so for mh. @default true for mh only */
  readonly hashPort?: boolean;
  /** sh and mh: go on to another destination when the one hashed to takes no connections. @default false */
  readonly hashFallback?: boolean;
  /** @default 10.0.0.0/14, the clients and endpoints of a lane */
  readonly clusterCidr?: string;
}

export function createIpvsPlanner(options: IpvsPlanOptions = {}): (services: readonly ServicePort[]) => IpvsState {
  const clusterCidr = options.clusterCidr ?? defaultClusterCidr;
  const serverOf = memoize((service: ServicePort) => virtualServer(service, options));
  const variants = new Map<string, IptablesState>();
  return (services) => {
    const servers = services.map(serverOf);
    const loopBacks = servers.some((server) => server.setEntries.some(({ set }) => set === loopBackSet));
    const present = { clusterIps: servers.length > 0, loopBacks };
    const variant = JSON.stringify(present);
    const tables = variants.get(variant) ?? ipvsTables(clusterCidr, present);
    variants.set(variant, tables);
    return { servers, tables };
  };
}

/** kube-proxy's services (pkg/proxy/ipvs/proxier.go): masquerading destinations, one client per persistence template. */
function virtualServer(service: ServicePort, options: IpvsPlanOptions): IpvsVirtualServer {
  const { protocol, clusterIP: ip, port, sessionAffinity, endpoints } = service;
  const scheduler = service.ipvsScheduler ?? options.scheduler ?? 'rr';
  const persistent = sessionAffinity.kind === 'ClientIP';
  return {
    id: `${protocol} ${ip}:${port}`,
    service: {
      family: 'ipv4',
      id: { kind: 'address', protocol, ip, port },
      scheduler,
      flags: {
        ...(persistent ? { persistent } : {}),
        ...((options.hashPort ?? scheduler === 'mh') ? { hashPort: true } : {}),
        ...(options.hashFallback === true ? { hashFallback: true } : {}),
      },
      timeoutSeconds: persistent ? sessionAffinity.timeoutSeconds : 0,
      netmaskPrefix: 32,
    },
    destinations: endpoints.map((endpoint) => ({
      ip: endpoint.ip,
      port: endpoint.port,
      forward: 'masquerade',
      weight: endpoint.weight,
      upperThreshold: 0,
      lowerThreshold: 0,
    })),
    setEntries: setEntries(service),
  };
}
