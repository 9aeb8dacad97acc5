/** IPv4 addresses as numbers, and ranges of them. */

/** The address as an unsigned 32-bit number. The text must be an address already checked. */
export function ipv4ToNumber(ip: string): number {
  return ip.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

export function numberToIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

export interface Ipv4Range {
  /** First address, as a number. */
  readonly base: number;
  /** How many addresses. */
  readonly size: number;
}

/** The range that `10.2.0.0/16` names. */
export function ipv4Range(cidr: string): Ipv4Range {
  const [address = '', prefix = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const value = ipv4ToNumber(address);
  return { base: value - (value % size), size };
}

export function inRange(range: Ipv4Range, ip: string): boolean {
  const offset = ipv4ToNumber(ip) - range.base;
  return offset >= 0 && offset < range.size;
}
