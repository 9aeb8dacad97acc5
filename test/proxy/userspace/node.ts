/** A lane whose node runs the user-space proxy, with echo backends behind it and the test's thread at the client. */

import { type EchoServer, startEcho } from '../../../native/traffic/index.ts';
import type { Lane } from '../../../src/kernel/topology.ts';
import type { ApplyStats, ServicePort } from '../../../src/proxy/types.ts';
import { createUserspaceDataPlane } from '../../../src/proxy/userspace/data-plane.ts';
import { insideNetns } from '../../support/inside-netns.ts';
import { inLane } from '../../support/lane.ts';
import { TcpClient } from '../../support/tcp-client.ts';

export interface ProxiedLane {
  readonly lane: Lane;
  /** Answers 2 bytes for 4 at 10.2.0.2, .3 and .4. */
  readonly tcp: EchoServer;
  /** Answers 4 bytes, those of the request first. */
  readonly udp: EchoServer;
  /** Brings the node from what it has to these Service ports. */
  program(...services: readonly ServicePort[]): Promise<ApplyStats>;
}

export function inProxiedLane(
  body: (proxied: ProxiedLane) => Promise<void>,
  clientAddresses: readonly string[] = [],
): Promise<void> {
  const hosts = ['10.2.0.2', '10.2.0.3', '10.2.0.4'];
  const serviceTime = { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 } as const;
  const backends = hosts.map((ip) => ({ ip, port: 8080, serviceTime }));
  return inLane(
    hosts.slice(1),
    async (lane) => {
      const plane = createUserspaceDataPlane();
      const echo = (protocol: 'tcp' | 'udp', replyBytes: number) => {
        const framing = { kind: 'fixed', requestBytes: 4, replyBytes } as const;
        return startEcho({ netns: lane.backends, protocol, framing, backends, seed: 1 });
      };
      const tcp = echo('tcp', 2);
      const udp = echo('udp', 4);
      let state: ReturnType<typeof plane.plan> | undefined;
      const program = async (...services: readonly ServicePort[]) => {
        const desired = plane.plan(services);
        const stats = await plane.apply(lane.node, state, desired);
        state = desired;
        return stats;
      };
      try {
        await insideNetns(lane.client, () => body({ lane, tcp, udp, program }));
      } finally {
        await plane.dispose(lane.node);
        tcp.close();
        udp.close();
      }
    },
    clientAddresses,
  );
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
