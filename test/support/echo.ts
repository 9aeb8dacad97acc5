/** Echo backends in a namespace of their own, with the clients of a test beside them on its loopback. */
import type { Netns } from '../../native/netns/index.ts';
import { type EchoBackend, type EchoOptions, type EchoServer, startEcho } from '../../native/traffic/index.ts';
import { insideNetns } from './inside-netns.ts';
import { inPrivateNetns } from './namespaces.ts';

export const port = 8080;

/** A backend that answers at once, at 127.0.0.`number`. */
export function instantBackend(number: number): EchoBackend {
  return {
    ip: `127.0.0.${number}`,
    port,
    serviceTime: { kind: 'none', meanNs: 0, slowFactor: 1, concurrency: 0 },
  };
}

/** One backend, TCP, 4 bytes in, 2 bytes out. */
export function echoOptions(netns: Netns, changes: Partial<EchoOptions> = {}): EchoOptions {
  return {
    netns,
    protocol: 'tcp',
    framing: { kind: 'fixed', requestBytes: 4, replyBytes: 2 },
    backends: [instantBackend(1)],
    seed: 1,
    ...changes,
  };
}

/** Runs `body` inside a fresh namespace where the described server answers. */
export function withEcho(changes: Partial<EchoOptions>, body: (server: EchoServer) => Promise<void>): Promise<void> {
  return inPrivateNetns((netns) =>
    insideNetns(netns, async () => {
      const server = startEcho(echoOptions(netns, changes));
      try {
        await body(server);
      } finally {
        server.close();
      }
    }),
  );
}
