/** A lane whose node runs the user-space proxy, with echo backends behind it. */
import { type EchoServer, startEcho } from '../../../native/traffic/index.ts';
import { createLane, type Lane } from '../../../src/kernel/topology.ts';
import type { ApplyStats, ServicePort } from '../../../src/proxy/types.ts';
import { createUserspaceDataPlane, type UserspaceOptions } from '../../../src/proxy/userspace/data-plane.ts';
import type { UserspaceState } from '../../../src/proxy/userspace/plan.ts';
import { insideNetns } from '../../support/inside-netns.ts';
import { needNetns } from '../../support/namespaces.ts';
import { TcpClient } from '../../support/tcp-client.ts';

const backendIps = ['10.2.0.2', '10.2.0.3', '10.2.0.4'];
const secondClientIp = '10.1.0.3';

/** One lane and one proxy thread for all tests of a suite; each test begins with a node that has no Services. */
export class ProxiedLane {
  readonly lane: Lane;
  readonly #plane: ReturnType<typeof createUserspaceDataPlane>;
  readonly #servers: Record<'tcp' | 'udp', EchoServer>;
  #countsBefore = { tcp: backendIps.map(() => 0), udp: backendIps.map(() => 0) };
  #state: UserspaceState | undefined;

  constructor(options: UserspaceOptions) {
    this.#plane = createUserspaceDataPlane(options);
    this.lane = createLane({ backendAddresses: backendIps.slice(1), clientAddresses: [secondClientIp] });
    // TCP backends answer 4 bytes with 2; UDP backends with 4, those of the request.
    this.#servers = { tcp: this.#startEcho('tcp', 2), udp: this.#startEcho('udp', 4) };
  }

  /** Brings the node from what it has to these Service ports. */
  async program(...services: readonly ServicePort[]): Promise<ApplyStats> {
    const desired = this.#plane.plan(services);
    const stats = await this.#plane.apply(this.lane.node, this.#state, desired);
    this.#state = desired;
    return stats;
  }

  /** Requests that 10.2.0.2, .3 and .4 have answered in this test. */
  counts(protocol: 'tcp' | 'udp'): number[] {
    const before = this.#countsBefore[protocol];
    return this.#servers[protocol].counts().map((count, backend) => count - (before[backend] ?? 0));
  }

  async reset(): Promise<void> {
    await this.program();
    this.#countsBefore = { tcp: this.#servers.tcp.counts(), udp: this.#servers.udp.counts() };
  }

  async close(): Promise<void> {
    await this.#plane.dispose(this.lane.node);
    this.#servers.tcp.close();
    this.#servers.udp.close();
    this.lane.close();
  }

  #startEcho(protocol: 'tcp' | 'udp', replyBytes: number): EchoServer {
    const serviceTime = { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 } as const;
    const backends = backendIps.map((ip) => ({ ip, port: 8080, serviceTime }));
    const framing = { kind: 'fixed', requestBytes: 4, replyBytes } as const;
    return startEcho({ netns: this.lane.backends, protocol, framing, backends, seed: 1 });
  }
}

/** Runs a test's body with this thread at the client. */
export type InProxiedLane = (body: (proxied: ProxiedLane) => Promise<void>) => Promise<void>;

/**
 * Registers the hooks of a suite, which is skipped where namespaces cannot be made. UDP clients may be silent for as
 * long as a slow machine makes them, unless `options` say otherwise.
 */
export function useProxiedLane(options: UserspaceOptions = { udpIdleTimeoutMs: 60_000 }): InProxiedLane {
  let proxied: ProxiedLane | undefined;
  before(function () {
    needNetns(this);
    proxied = new ProxiedLane(options);
  });
  beforeEach(() => proxied?.reset());
  after(() => proxied?.close());
  return async (body) => {
    const lane = proxied;
    if (lane === undefined) throw new Error('the suite has no lane');
    await insideNetns(lane.lane.client, () => body(lane));
  };
}

/** One request on a connection of its own. @throws the connection's error */
export async function ask(ip: string, port = 80, localAddress?: string): Promise<void> {
  const client = await TcpClient.connect(ip, port, localAddress);
  try {
    await client.send('ping').take(2);
  } finally {
    client.destroy();
  }
}
