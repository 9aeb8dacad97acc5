/** IP addresses between text and network-order bytes, without an allocation per address where it matters. */
import { isIPv6 } from 'node:net';
import type { IpFamily } from './types.ts';

/** Dotted quad into 4 bytes; false when `text` is not one (leading zeros are refused: some read them as octal). */
function parseIpv4(text: string, target: Uint8Array, offset: number): boolean {
  let part = 0;
  let digits = 0;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2e) {
      if (digits === 0 || part === 3) return false;
      target[offset + part] = value;
      part += 1;
      digits = 0;
      value = 0;
      continue;
    }
    if (code < 0x30 || code > 0x39 || (digits > 0 && value === 0)) return false;
    value = value * 10 + code - 0x30;
    digits += 1;
    if (value > 255) return false;
  }
  if (part !== 3 || digits === 0) return false;
  target[offset + 3] = value;
  return true;
}

/** The 16-bit groups of one side of `::`; a trailing dotted quad counts as two. `text` is known to be valid. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const quad = new Uint8Array(4);
    parseIpv4(group, quad, 0);
    const [a = 0, b = 0, c = 0, d = 0] = quad;
    return [a * 256 + b, c * 256 + d];
  });
}

function parseIpv6(text: string, target: Uint8Array, offset: number): boolean {
  if (!isIPv6(text) || text.includes('%')) return false;
  const [head = '', tail] = text.split('::');
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const gap: number[] = new Array(8 - front.length - back.length).fill(0);
  [...front, ...gap, ...back].forEach((group, index) => {
    target[offset + 2 * index] = group >> 8;
    target[offset + 2 * index + 1] = group & 0xff;
  });
  return true;
}

/**
 * Writes an address to `target` at `offset`: 4 bytes for IPv4, 16 for IPv6.
 * @returns the family, or undefined when `text` is no IP address (a zone such as `%eth0` makes it none).
 */
export function parseIp(text: string, target: Uint8Array, offset: number): IpFamily | undefined {
  if (parseIpv4(text, target, offset)) return 'ipv4';
  if (parseIpv6(text, target, offset)) return 'ipv6';
  return undefined;
}

export function formatIpv4(bytes: Uint8Array, offset: number): string {
  return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
}

/** The first longest run of at least two zero groups: what RFC 5952 writes as `::`. */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
    start += length;
  }
  return best;
}

const hex = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(':');

/** RFC 5952 text; IPv4-mapped and IPv4-compatible addresses in mixed notation, as inet_ntop and ipvsadm write them. */
export function formatIpv6(bytes: Uint8Array, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => {
    const high = bytes[offset + 2 * index] ?? 0;
    return high * 256 + (bytes[offset + 2 * index + 1] ?? 0);
  });
  if (groups.slice(0, 5).every((group) => group === 0)) {
    if (groups[5] === 0xffff) return `::ffff:${formatIpv4(bytes, offset + 12)}`;
    if (groups[5] === 0 && groups[6] !== 0) return `::${formatIpv4(bytes, offset + 12)}`;
  }
  const { start, length } = longestZeroRun(groups);
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}
