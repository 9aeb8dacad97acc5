/** A lane: one arm's private network, client -- node -- backends, joined by veth pairs. */
import { existsSync, writeFileSync } from 'node:fs';
import {
  applyLinks,
  closeNetns,
  createNetns,
  type LinkOperation,
  macOf,
  type Netns,
  withNetns,
} from '../../native/netns/index.ts';

/** The same in every lane: lanes never meet. */
export const laneAddresses = {
  client: '10.1.0.2',
  nodeToClient: '10.1.0.1',
  nodeToBackends: '10.2.0.1',
  backends: '10.2.0.2',
  prefix: 16,
} as const;

/**
 * The link-layer address of sink endpoints. Nobody has it, so the backends' interface drops their packets at the
 * entrance of its IP stack, silently: the cheapest end of a packet's way (see `InjectSink`).
 */
const sinkMac = '02:00:00:00:00:ff';

export interface LaneOptions {
  /** More addresses of the client, for loads that need many. */
  readonly clientAddresses?: readonly string[];
  /** Where the echo backends listen. */
  readonly backendAddresses?: readonly string[];
  /** Endpoints whose packets are to end silently. */
  readonly sinkAddresses?: readonly string[];
}

export interface Lane {
  readonly client: Netns;
  readonly node: Netns;
  readonly backends: Netns;
  /** Where raw packets leave the client, and what they must carry to get into the node. */
  readonly clientDevice: string;
  readonly clientMac: string;
  readonly nodeMac: string;
  readonly backendsDevice: string;
  /** Ends the lane; what still runs inside keeps its namespace alive until it is closed too. */
  close(): void;
}

const clientDevice = 'eth0';
const backendsDevice = 'eth0';
const nodeClientDevice = 'client0';
const nodeBackendsDevice = 'backends0';

/**
 * Loose reverse path filtering, as systemd sets it on most nodes. With none at all the kernel instead looks each source
 * address up in one table of 256 buckets that all namespaces share: the addresses of one lane's kube-ipvs0 would then
 * slow down the packets of every other lane.
 */
const looseFilter = [
  ['net/ipv4/conf/all/rp_filter', '2'],
  ['net/ipv4/conf/default/rp_filter', '2'],
] as const;

/** Everything a namespace keeps to itself; the values are the usual ones for a node or a loaded client. */
const sysctls = {
  node: [...looseFilter, ['net/ipv4/ip_forward', '1']],
  client: [...looseFilter, ['net/ipv4/ip_local_port_range', '1024 65535'], ['net/ipv4/tcp_tw_reuse', '1']],
  backends: [...looseFilter, ['net/core/somaxconn', '65535']],
} as const;

/**
 * A lane carries IPv4 only. A device with IPv6 sends router solicitations and multicast reports on its own for seconds
 * after it came up, and they would fall into measurements. Where the kernel has no IPv6 there is nothing to switch off.
 */
const ipv6Off = 'net/ipv6/conf/default/disable_ipv6';

function setSysctls(netns: Netns, settings: readonly (readonly [key: string, value: string])[]): void {
  withNetns(netns, () => {
    for (const [key, value] of settings) writeFileSync(`/proc/sys/${key}`, value);
    if (existsSync(`/proc/sys/${ipv6Off}`)) writeFileSync(`/proc/sys/${ipv6Off}`, '1');
  });
}

function addresses(name: string, ips: readonly string[], prefix: number): LinkOperation[] {
  return ips.map((ip) => ({ op: 'add-address', name, ip, prefix }));
}

function defaultRoute(via: string): LinkOperation {
  return { op: 'add-route', destination: '0.0.0.0', prefix: 0, via };
}

/** Permanent neighbours: no ARP request may fall into a measurement. */
function neighbours(name: string, ips: readonly string[], mac: string): LinkOperation[] {
  return ips.map((ip) => ({ op: 'neighbour', name, ip, mac }));
}

interface Hosts {
  readonly client: Netns;
  readonly node: Netns;
  readonly backends: Netns;
}

function connect({ client, node, backends }: Hosts, options: LaneOptions): { clientMac: string; nodeMac: string } {
  const { prefix, ...ip } = laneAddresses;
  const clientIps = [ip.client, ...(options.clientAddresses ?? [])];
  const backendIps = [ip.backends, ...(options.backendAddresses ?? [])];
  setSysctls(node, sysctls.node);
  setSysctls(client, sysctls.client);
  setSysctls(backends, sysctls.backends);
  applyLinks(node, [
    { op: 'veth', name: nodeClientDevice, peer: clientDevice, peerNetns: client },
    { op: 'veth', name: nodeBackendsDevice, peer: backendsDevice, peerNetns: backends },
    { op: 'up', name: nodeClientDevice },
    { op: 'up', name: nodeBackendsDevice },
    ...addresses(nodeClientDevice, [ip.nodeToClient], prefix),
    ...addresses(nodeBackendsDevice, [ip.nodeToBackends], prefix),
  ]);
  const clientMac = macOf(client, clientDevice);
  const nodeMac = macOf(node, nodeClientDevice);
  applyLinks(client, [
    { op: 'up', name: clientDevice },
    ...addresses(clientDevice, clientIps, prefix),
    defaultRoute(ip.nodeToClient),
    ...neighbours(clientDevice, [ip.nodeToClient], nodeMac),
  ]);
  applyLinks(backends, [
    { op: 'up', name: backendsDevice },
    ...addresses(backendsDevice, backendIps, prefix),
    defaultRoute(ip.nodeToBackends),
    ...neighbours(backendsDevice, [ip.nodeToBackends], macOf(node, nodeBackendsDevice)),
  ]);
  applyLinks(node, [
    // As every node has one: a packet to a Service without endpoints is refused only once it has a way to go.
    defaultRoute(ip.backends),
    ...neighbours(nodeClientDevice, clientIps, clientMac),
    ...neighbours(nodeBackendsDevice, backendIps, macOf(backends, backendsDevice)),
    ...neighbours(nodeBackendsDevice, options.sinkAddresses ?? [], sinkMac),
  ]);
  return { clientMac, nodeMac };
}

/**
 * Makes a lane. Nothing of it is visible outside the process: its namespaces are descriptors.
 * @throws NetnsError when the kernel refuses a part; what was made until then is gone.
 */
export function createLane(options: LaneOptions = {}): Lane {
  const made: Netns[] = [];
  const create = (): Netns => {
    const netns = createNetns();
    made.push(netns);
    return netns;
  };
  const close = (): void => {
    for (const netns of made.splice(0)) closeNetns(netns);
  };
  try {
    const hosts = { client: create(), node: create(), backends: create() };
    return { ...hosts, ...connect(hosts, options), clientDevice, backendsDevice, close };
  } catch (error) {
    close();
    throw error;
  }
}
