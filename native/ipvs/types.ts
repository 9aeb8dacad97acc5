/** Services, destinations and changes as the kernel's IPVS knows them (uapi/linux/ip_vs.h). */
import type { Netns } from '../netns/index.ts';

export type IpFamily = 'ipv4' | 'ipv6';

export interface IpvsServiceKey {
  readonly family: IpFamily;
  /** A virtual address and port, or a firewall mark. */
  readonly id:
    | {
        readonly kind: 'address';
        readonly protocol: 'TCP' | 'UDP' | 'SCTP';
        readonly ip: string;
        readonly port: number;
      }
    | { readonly kind: 'fwmark'; readonly mark: number };
}

export interface IpvsServiceConfig extends IpvsServiceKey {
  /** Name of the scheduler (`rr`, `wlc`, `mh`, ...), at most 15 characters; the kernel loads its module. */
  readonly scheduler: string;
  /** `hashPort` and `hashFallback` are the sh and mh schedulers' flags; what is read back names only the set ones. */
  readonly flags: {
    readonly persistent?: boolean;
    readonly onePacket?: boolean;
    readonly hashPort?: boolean;
    readonly hashFallback?: boolean;
    /** The third flag that a scheduler may define; none of the kernel's own does. */
    readonly schedulerFlag3?: boolean;
  };
  /** Persistence timeout, seconds, at most 31 days. */
  readonly timeoutSeconds: number;
  /** IPv4: prefix length of the persistence netmask (32 = one client each); IPv6: prefix length (128). */
  readonly netmaskPrefix: number;
  /** An IPv4 persistence netmask with holes (`255.0.255.0`), which then counts instead of `netmaskPrefix`. */
  readonly irregularNetmask?: string;
  /** Name of the persistence engine (`sip`), at most 15 characters. */
  readonly persistenceEngine?: string;
}

export interface IpvsDestinationKey {
  /** Its family may differ from the service's only with `forward: 'tunnel'`. */
  readonly ip: string;
  readonly port: number;
}

/** Encapsulation of `forward: 'tunnel'`; plain IP in IP without it. Kernel 5.3 and newer. */
export type IpvsTunnel =
  | { readonly type: 'gue'; readonly port: number; readonly checksum: TunnelChecksum }
  | { readonly type: 'gre'; readonly checksum: 'none' | 'full' };
/** `remote` is the remote-checksum offload of GUE. */
export type TunnelChecksum = 'none' | 'full' | 'remote';

export interface IpvsDestinationConfig extends IpvsDestinationKey {
  readonly forward: 'masquerade' | 'local' | 'tunnel' | 'direct-route';
  /** 0 takes no new connections. */
  readonly weight: number;
  /** Connections at which the destination counts as overloaded; 0 = no limit. */
  readonly upperThreshold: number;
  /** Connections below which it counts as free again; 0 = three quarters of the upper threshold. */
  readonly lowerThreshold: number;
  readonly tunnel?: IpvsTunnel;
}

/** One change; a list of them goes to the kernel in as few system calls as its buffers allow. */
export type IpvsOperation =
  | { readonly op: 'add-service' | 'edit-service'; readonly service: IpvsServiceConfig }
  | { readonly op: 'delete-service'; readonly service: IpvsServiceKey }
  | {
      readonly op: 'add-destination' | 'edit-destination';
      readonly service: IpvsServiceKey;
      readonly destination: IpvsDestinationConfig;
    }
  | {
      readonly op: 'delete-destination';
      readonly service: IpvsServiceKey;
      readonly destination: IpvsDestinationKey;
    }
  /** Sets the counters of one service and its destinations, or of all, to 0. */
  | { readonly op: 'zero'; readonly service?: IpvsServiceKey }
  /** Deletes all services of the namespace. */
  | { readonly op: 'flush' };

/**
 * Counters since the last zero. The kernel adds them up every 2 s only, so a read right after a run shows old values.
 * The rates are moving averages over several such periods: no use for short runs.
 */
export interface IpvsStats {
  readonly connections: bigint;
  readonly packetsIn: bigint;
  readonly packetsOut: bigint;
  readonly bytesIn: bigint;
  readonly bytesOut: bigint;
  readonly connectionsPerSec: bigint;
  readonly packetsInPerSec: bigint;
  readonly packetsOutPerSec: bigint;
  readonly bytesInPerSec: bigint;
  readonly bytesOutPerSec: bigint;
}
export interface IpvsService extends IpvsServiceConfig {
  readonly stats: IpvsStats;
}
export interface IpvsDestination extends IpvsDestinationConfig {
  readonly family: IpFamily;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  readonly stats: IpvsStats;
}
/** Idle timeouts of connections, at most 31 days each. */
export interface IpvsTimeouts {
  readonly tcpSeconds: number;
  readonly tcpFinSeconds: number;
  readonly udpSeconds: number;
}

/** Works in the namespace it was opened in, from whichever thread. Errors are `IpvsError` with a typed `code`. */
export interface IpvsClient {
  /**
   * Sends all; on failure throws for the first refused operation and says its index and how many were accepted.
   * Operations behind a refused one are carried out all the same. A list with an invalid value is not sent at all.
   */
  apply(operations: readonly IpvsOperation[]): { readonly bytes: number; readonly systemCalls: number };
  services(): IpvsService[];
  /** @throws IpvsError `not-found` */
  service(key: IpvsServiceKey): IpvsService;
  /** In the order in which the schedulers see them: the last added comes first. @throws IpvsError `not-found` */
  destinations(service: IpvsServiceKey): IpvsDestination[];
  timeouts(): IpvsTimeouts;
  /** 0 leaves a timeout as it is. */
  setTimeouts(timeouts: IpvsTimeouts): void;
  info(): { readonly version: string; readonly connectionTableSize: number };
  /** Every later call throws IpvsError `closed`. */
  close(): void;
}
export type OpenIpvs = (netns?: Netns) => IpvsClient;
