/** The seam between a Service data plane and everything that drives one. */
import type { Netns } from '../../native/netns/index.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** One address that answers for a Service port. */
export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  /** Share of new flows relative to its siblings; only IPVS schedulers read it. kube-proxy always writes 1. */
  readonly weight: number;
  /**
   * On another node than the one that is programmed. Absent: on this one, so that it may reach itself through its
   * Service (IPVS keeps a set entry for each such endpoint; the other modes treat all alike).
   */
  readonly remote?: true;
}

export type SessionAffinity =
  | { readonly kind: 'None' }
  | { readonly kind: 'ClientIP'; readonly timeoutSeconds: number };

/** A Service port with its endpoints resolved: all that a data plane needs to know (spec service-proxy 2.0). */
export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  /** Empty when the Service has a single unnamed port. */
  readonly portName: string;
  readonly protocol: Protocol;
  readonly clusterIP: string;
  readonly port: number;
  readonly sessionAffinity: SessionAffinity;
  /** Empty: new connections to the Service port are rejected. */
  readonly endpoints: readonly Endpoint[];
  /** IPVS only: a scheduler for this Service port alone. Absent: the data plane's, which is all that kube-proxy knows. */
  readonly ipvsScheduler?: IpvsScheduler;
}

export const dataPlaneModes = ['direct', 'userspace', 'iptables-legacy', 'iptables-nft', 'nftables', 'ipvs'] as const;
export type DataPlaneMode = (typeof dataPlaneModes)[number];

export const ipvsSchedulers = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'sed',
  'nq',
  'mh',
  'fo',
  'ovf',
] as const;
export type IpvsScheduler = (typeof ipvsSchedulers)[number];

/** What one `apply` did and what it cost. Times are of the monotonic clock. */
export interface ApplyStats {
  /** Computing the change and encoding it, in this process. */
  readonly encodeNs: number;
  /** Handing it to the kernel until the kernel (or the tool that speaks to it) had acknowledged it. */
  readonly kernelNs: number;
  /** Bytes handed over: netlink messages, the replaced table, or the tool's standard input. */
  readonly bytes: number;
  /** Rules, map elements, IPVS services and destinations, addresses: what the kernel now holds more, less or anew. */
  readonly operations: number;
}

/**
 * Desired state in, kernel state out. `plan` is pure; `apply` is the only part that touches a kernel, and it
 * works in the network namespace it is given, whichever thread calls it.
 */
export interface DataPlane<State = unknown> {
  readonly mode: DataPlaneMode;
  plan(services: readonly ServicePort[]): State;
  /** Starts what `node` needs before its first `apply`, which would do it otherwise; absent where nothing is to start. */
  start?(node: Netns): Promise<void>;
  /** Moves the namespace from `previous` (undefined: nothing of ours is there) to `desired`. */
  apply(node: Netns, previous: State | undefined, desired: State): Promise<ApplyStats>;
  /** Ends what runs in `node` on behalf of this data plane; absent where the kernel's state is all there is. */
  dispose?(node: Netns): Promise<void>;
}
