/**
 * Sockets that come with the first Service port that needs them and go with the last. Several Service ports may share
 * one, as all TCP ones with the same port number do.
 */
import type { VirtualAddress } from './plan.ts';

interface Shared<Socket> {
  readonly socket: Socket;
  readonly users: Set<string>;
}

/** How a kind of socket is named, opened and closed. */
export interface SocketKind<Socket> {
  /** Service ports with the same name share a socket. */
  nameOf(address: VirtualAddress): string;
  /** Rejects when the kernel refuses. */
  open(address: VirtualAddress): Promise<Socket>;
  close(socket: Socket): void;
}

export class SharedSockets<Socket> {
  readonly #kind: SocketKind<Socket>;
  readonly #open = new Map<string, Shared<Socket>>();

  constructor(kind: SocketKind<Socket>) {
    this.#kind = kind;
  }

  /**
   * Opens what `addresses` need and is not open yet, all or nothing. Returns how many sockets that were.
   * @throws the first refusal; nothing has changed then.
   */
  async acquire(addresses: readonly VirtualAddress[]): Promise<number> {
    const missing = new Map(
      addresses
        .map((address) => [this.#kind.nameOf(address), address] as const)
        .filter(([name]) => !this.#open.has(name)),
    );
    const opening = await Promise.allSettled(
      [...missing].map(async ([name, address]) => [name, await this.#kind.open(address)] as const),
    );
    const opened = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const refused = opening.find((result) => result.status === 'rejected');
    if (refused !== undefined) {
      for (const [, socket] of opened) this.#kind.close(socket);
      throw refused.reason;
    }
    for (const [name, socket] of opened) this.#open.set(name, { socket, users: new Set() });
    for (const address of addresses) this.#open.get(this.#kind.nameOf(address))?.users.add(userOf(address));
    return opened.length;
  }

  /** Closes what nobody needs any more without `addresses`. Returns how many sockets that were. */
  release(addresses: readonly VirtualAddress[]): number {
    let closed = 0;
    for (const address of addresses) {
      const name = this.#kind.nameOf(address);
      const shared = this.#open.get(name);
      shared?.users.delete(userOf(address));
      if (shared === undefined || shared.users.size > 0) continue;
      this.#kind.close(shared.socket);
      this.#open.delete(name);
      closed++;
    }
    return closed;
  }

  /** The socket that serves this address. */
  find(address: VirtualAddress): Socket | undefined {
    return this.#open.get(this.#kind.nameOf(address))?.socket;
  }
}

const userOf = ({ ip, port }: VirtualAddress): string => `${ip}:${port}`;
