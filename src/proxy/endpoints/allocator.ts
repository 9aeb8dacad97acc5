/** Hands out addresses of a range in order, so that the same input always gets the same addresses. */
import { type Ipv4Range, numberToIpv4 } from '../../api/ipv4.ts';
import { proxyErrors } from '../errors.ts';

export class AddressAllocator {
  readonly #range: Ipv4Range;
  readonly #what: string;
  readonly #taken = new Set<string>();
  #next = 0;

  /** `what` names the addresses in the error for an exhausted range. */
  constructor(range: Ipv4Range, what: string) {
    this.#range = range;
    this.#what = what;
  }

  /** Marks an address that was chosen elsewhere. */
  reserve(ip: string): void {
    this.#taken.add(ip);
  }

  /** @throws InputError when the range has no free address left. */
  allocate(): string {
    while (this.#next < this.#range.size) {
      const ip = numberToIpv4(this.#range.base + this.#next);
      this.#next += 1;
      if (!this.#taken.has(ip)) {
        this.#taken.add(ip);
        return ip;
      }
    }
    throw proxyErrors.addressesExhausted(this.#what, this.#range.size);
  }
}
