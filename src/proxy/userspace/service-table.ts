/** The Service ports that a proxy thread answers for, found by the address that a flow was sent to. */
import type { ProxyService, VirtualAddress } from './plan.ts';
import { RoundRobin } from './round-robin.ts';

const keyOf = ({ protocol, ip, port }: VirtualAddress): string => `${protocol}/${ip}:${port}`;

export class ServiceTable {
  readonly #balancers = new Map<string, RoundRobin>();

  find(address: VirtualAddress): RoundRobin | undefined {
    return this.#balancers.get(keyOf(address));
  }

  /** Adds the Service port, or gives the one at this address other endpoints. */
  set(service: ProxyService): void {
    const known = this.find(service);
    if (known === undefined) this.#balancers.set(keyOf(service), new RoundRobin(service.endpoints, service.affinity));
    else known.update(service.endpoints, service.affinity);
  }

  remove(address: VirtualAddress): void {
    this.#balancers.delete(keyOf(address));
  }
}
