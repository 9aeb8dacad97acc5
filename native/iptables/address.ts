/** IPv4 addresses as unsigned 32-bit numbers in host order. */

import { iptablesErrors } from './errors.ts';
import type { AddressMatch } from './table.ts';

/** @throws IptablesError `invalid` for anything but four decimal bytes. */
export function parseIpv4(text: string): number {
  let address = 0;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46 && digits > 0) {
      address = address * 256 + byte;
      byte = 0;
      digits = 0;
      dots++;
    } else if (code >= 48 && code <= 57 && !(digits > 0 && byte === 0)) {
      byte = byte * 10 + (code - 48);
      digits++;
      if (byte > 255) throw iptablesErrors.address(text);
    } else {
      throw iptablesErrors.address(text);
    }
  }
  if (dots !== 3 || digits === 0) throw iptablesErrors.address(text);
  return address * 256 + byte;
}

export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** @throws IptablesError `invalid` outside 0 to 32. */
export function prefixMask(prefix: number): number {
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > 32)
    throw iptablesErrors.number('prefix length', prefix, 0, 32);
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/** The prefix length of a contiguous mask, else undefined. */
function maskPrefix(mask: number): number | undefined {
  const prefix = Math.clz32(~mask);
  return prefixMask(prefix) === mask ? prefix : undefined;
}

export interface MaskedAddress {
  readonly address: number;
  readonly mask: number;
}

/** The address with its host bits cleared, as iptables stores it. */
export function parseAddressMatch(match: AddressMatch): MaskedAddress {
  const mask = 'prefix' in match ? prefixMask(match.prefix) : parseIpv4(match.mask);
  return { address: (parseIpv4(match.ip) & mask) >>> 0, mask };
}

export function toAddressMatch({ address, mask }: MaskedAddress, inverted: boolean): AddressMatch {
  const prefix = maskPrefix(mask);
  const network = prefix === undefined ? { mask: formatIpv4(mask) } : { prefix };
  return { ip: formatIpv4(address), ...network, ...(inverted ? { invert: true } : {}) };
}

/** `10.0.0.0/8`, as iptables-save writes it. */
export function formatAddressMatch(match: AddressMatch): string {
  const { address, mask } = parseAddressMatch(match);
  return `${formatIpv4(address)}/${maskPrefix(mask) ?? formatIpv4(mask)}`;
}
