/**
 * UDP through the proxy. Node does not tell which address a datagram was sent to, so each Service port has a socket of
 * its own: ten thousand UDP Services take ten thousand descriptors.
 */
import dgram from 'node:dgram';
import { userspaceErrors } from './errors.ts';
import type { VirtualAddress } from './plan.ts';
import type { EndpointAddress, RoundRobin } from './round-robin.ts';
import type { ServiceTable } from './service-table.ts';
import type { SocketKind } from './sockets.ts';

/** What a client may send before the way to its endpoint is open; more is lost, as datagrams may be. */
const maxWaiting = 64;

interface Flow {
  readonly endpoint: EndpointAddress;
  send(datagram: Buffer): void;
  close(): void;
}

/** A Service port's socket and the flows of its clients. */
export class UdpService {
  readonly #address: VirtualAddress;
  readonly #table: ServiceTable;
  readonly #idleTimeoutMs: number;
  readonly #socket = dgram.createSocket('udp4');
  readonly #flows = new Map<string, Flow>();

  private constructor(address: VirtualAddress, table: ServiceTable, idleTimeoutMs: number) {
    this.#address = address;
    this.#table = table;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#socket.on('message', (datagram, client) => this.#forward(datagram, client));
  }

  static open(address: VirtualAddress, table: ServiceTable, idleTimeoutMs: number): Promise<UdpService> {
    const service = new UdpService(address, table, idleTimeoutMs);
    return new Promise((resolve, reject) => {
      const written = `${address.ip}:${address.port}`;
      service.#socket.once('error', (error) => {
        service.#socket.close();
        reject(userspaceErrors.cannotListen('UDP', written, error));
      });
      service.#socket.bind(address.port, address.ip, () => {
        // What ICMP says of a reply concerns one client.
        service.#socket.removeAllListeners('error').on('error', () => undefined);
        resolve(service);
      });
    });
  }

  /** Ends the flows to endpoints that are gone; datagrams would be sent there as long as the client goes on. */
  endStaleFlows(balancer: RoundRobin): void {
    for (const flow of this.#flows.values()) {
      if (!balancer.has(flow.endpoint)) flow.close();
    }
  }

  close(): void {
    for (const flow of this.#flows.values()) flow.close();
    this.#socket.close();
  }

  #forward(datagram: Buffer, client: dgram.RemoteInfo): void {
    const key = `${client.address}:${client.port}`;
    const flow = this.#flows.get(key) ?? this.#begin(key, client);
    flow?.send(datagram);
  }

  #begin(key: string, client: dgram.RemoteInfo): Flow | undefined {
    const endpoint = this.#table.find(this.#address)?.next(client.address, performance.now());
    if (endpoint === undefined) return undefined;
    const flow = openFlow(endpoint, this.#idleTimeoutMs, {
      reply: (datagram) => this.#socket.send(datagram, client.port, client.address),
      closed: () => this.#flows.delete(key),
    });
    this.#flows.set(key, flow);
    return flow;
  }
}

/** A client's datagrams to one endpoint and back, until neither has come for `idleTimeoutMs`. */
function openFlow(
  endpoint: EndpointAddress,
  idleTimeoutMs: number,
  { reply, closed }: { readonly reply: (datagram: Buffer) => void; readonly closed: () => void },
): Flow {
  const upstream = dgram.createSocket('udp4');
  let waiting: Buffer[] | undefined = [];
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    clearTimeout(idle);
    upstream.close();
    closed();
  };
  const idle = setTimeout(close, idleTimeoutMs);
  upstream.once('connect', () => {
    for (const datagram of waiting ?? []) upstream.send(datagram);
    waiting = undefined;
  });
  upstream.on('message', (datagram) => {
    idle.refresh();
    reply(datagram);
  });
  // A refused datagram ends the flow: the client's next one goes to another endpoint.
  upstream.on('error', close);
  upstream.connect(endpoint.port, endpoint.ip);
  return {
    endpoint,
    close,
    send(datagram) {
      idle.refresh();
      if (waiting === undefined) upstream.send(datagram);
      else if (waiting.length < maxWaiting) waiting.push(datagram);
    },
  };
}

export function udpServices(table: ServiceTable, idleTimeoutMs: number): SocketKind<UdpService> {
  return {
    nameOf: ({ ip, port }) => `${ip}:${port}`,
    open: (address) => UdpService.open(address, table, idleTimeoutMs),
    close: (service) => service.close(),
  };
}
