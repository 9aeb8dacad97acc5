/** Generic-netlink IPVS client (uapi/linux/ip_vs.h). */
import type { Netns } from '../netns/index.ts';

export interface IpvsServiceKey {
  readonly family: 'ipv4' | 'ipv6';
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
  readonly scheduler: string;
  /** `hashPort` and `hashFallback` are the sh and mh schedulers' flags. */
  readonly flags: {
    readonly persistent?: boolean;
    readonly onePacket?: boolean;
    readonly hashPort?: boolean;
    readonly hashFallback?: boolean;
  };
  /** Persistence timeout, seconds. */
  readonly timeoutSeconds: number;
  /** IPv4: prefix length of the persistence netmask (32 = one client each); IPv6: prefix length (128). */
  readonly netmaskPrefix: number;
  readonly persistenceEngine?: string;
}

export interface IpvsDestinationConfig {
  readonly ip: string;
  readonly port: number;
  readonly forward: 'masquerade' | 'local' | 'tunnel' | 'direct-route';
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
}

/** One change; a list of them goes to the kernel in as few system calls as its buffers allow. */
export type IpvsOperation =
  | { readonly op: 'add-service' | 'edit-service'; readonly service: IpvsServiceConfig }
  | { readonly op: 'delete-service'; readonly service: IpvsServiceKey }
  | {
      readonly op: 'add-destination' | 'edit-destination' | 'delete-destination';
      readonly service: IpvsServiceKey;
      readonly destination: IpvsDestinationConfig;
    }
  | { readonly op: 'zero'; readonly service?: IpvsServiceKey }
  | { readonly op: 'flush' };

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
  readonly family: 'ipv4' | 'ipv6';
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  readonly stats: IpvsStats;
}
export interface IpvsTimeouts {
  readonly tcpSeconds: number;
  readonly tcpFinSeconds: number;
  readonly udpSeconds: number;
}

/** Works in the namespace it was opened in, from whichever thread. Errors are `IpvsError` with a typed `code`. */
export interface IpvsClient {
  /** Sends all; on failure throws for the first refused operation and says its index and how many were accepted. */
  apply(operations: readonly IpvsOperation[]): { readonly bytes: number; readonly systemCalls: number };
  services(): IpvsService[];
  destinations(service: IpvsServiceKey): IpvsDestination[];
  timeouts(): IpvsTimeouts;
  setTimeouts(timeouts: IpvsTimeouts): void;
  info(): { readonly version: string; readonly connectionTableSize: number };
  close(): void;
}
export type OpenIpvs = (netns?: Netns) => IpvsClient;
