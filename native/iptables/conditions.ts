/** The conditions that every rule has room for (struct ipt_ip): addresses, interfaces, protocol, fragments. */
import { parseAddressMatch, toAddressMatch } from './address.ts';
import type { BlobReader, BlobWriter } from './blob.ts';
import { iptablesErrors } from './errors.ts';
import { entry, entryFlags, interfaceBytes, invertFlags } from './layout.ts';
import { protocolNumber, toProtocol } from './protocols.ts';
import type { AllFields } from './rule-fields.ts';
import type { AddressMatch, Rule } from './table.ts';

export type Conditions = Omit<Rule, 'matches' | 'target' | 'counters'>;

function encodeAddress(out: BlobWriter, addressAt: number, maskAt: number, match: AddressMatch): void {
  const { address, mask } = parseAddressMatch(match);
  out.u32be(addressAt, address);
  out.u32be(maskAt, mask);
}

/** `eth+` compares three bytes, `eth0` five: the zero byte at its end too. */
function encodeInterface(out: BlobWriter, nameAt: number, maskAt: number, name: string): void {
  if (name === '' || /[\s/]/.test(name)) {
    throw iptablesErrors.characters('interface name', name, 'at least one character, and neither blanks nor slashes');
  }
  out.text(nameAt, name, interfaceBytes, 'interface name');
  const compared = name.endsWith('+') ? name.length - 1 : name.length + 1;
  out.bytes.fill(0xff, maskAt, maskAt + compared);
}

function invertedFlags(rule: AllFields<Conditions>): number {
  const { invert } = rule;
  let flags = 0;
  if (rule.source?.invert) flags |= invertFlags.source;
  if (rule.destination?.invert) flags |= invertFlags.destination;
  if (invert === undefined) return flags;
  if (invert.inInterface) flags |= invertFlags.inInterface;
  if (invert.outInterface) flags |= invertFlags.outInterface;
  if (invert.protocol) flags |= invertFlags.protocol;
  if (invert.fragments) flags |= invertFlags.fragments;
  return flags;
}

/** Refuses a negation of what is not asked for: it would match nothing, and iptables-save would not show it. */
function checkInversions(rule: AllFields<Conditions>): void {
  const { invert } = rule;
  if (invert === undefined) return;
  for (const condition of ['protocol', 'inInterface', 'outInterface', 'fragments'] as const) {
    if (!invert[condition] || rule[condition] !== undefined) continue;
    throw iptablesErrors.misuse(
      `${condition} is inverted but not given`,
      `give ${condition} or leave the inversion out`,
    );
  }
}

/** @param at of the entry, whose bytes are zero */
export function encodeConditions(out: BlobWriter, at: number, rule: AllFields<Conditions>): void {
  checkInversions(rule);
  const { source, destination, inInterface, outInterface } = rule;
  if (source) encodeAddress(out, at + entry.sourceAt, at + entry.sourceMaskAt, source);
  if (destination) encodeAddress(out, at + entry.destinationAt, at + entry.destinationMaskAt, destination);
  if (inInterface !== undefined) {
    encodeInterface(out, at + entry.inInterfaceAt, at + entry.inInterfaceMaskAt, inInterface);
  }
  if (outInterface !== undefined) {
    encodeInterface(out, at + entry.outInterfaceAt, at + entry.outInterfaceMaskAt, outInterface);
  }
  out.u16(at + entry.protocolAt, protocolNumber(rule.protocol));
  if (rule.fragments) out.u8(at + entry.flagsAt, entryFlags.fragments);
  out.u8(at + entry.invertFlagsAt, invertedFlags(rule));
}

function decodeAddress(at: BlobReader, addressAt: number, maskAt: number, inverted: boolean): AddressMatch | undefined {
  const address = at.u32be(addressAt);
  const mask = at.u32be(maskAt);
  return address === 0 && mask === 0 && !inverted ? undefined : toAddressMatch({ address, mask }, inverted);
}

/** Conditions as found; whether they say all that the bytes say is for the caller to check by encoding them. */
export function decodeConditions(blob: BlobReader, at: number): Conditions {
  const flags = blob.u8(at + entry.flagsAt);
  const inverted = blob.u8(at + entry.invertFlagsAt);
  const is = (flag: number): boolean => (inverted & flag) !== 0;
  const source = decodeAddress(blob, at + entry.sourceAt, at + entry.sourceMaskAt, is(invertFlags.source));
  const destination = decodeAddress(
    blob,
    at + entry.destinationAt,
    at + entry.destinationMaskAt,
    is(invertFlags.destination),
  );
  const inInterface = blob.text(at + entry.inInterfaceAt, interfaceBytes);
  const outInterface = blob.text(at + entry.outInterfaceAt, interfaceBytes);
  const protocol = blob.u16(at + entry.protocolAt);
  const invert = {
    ...(is(invertFlags.protocol) ? { protocol: true as const } : {}),
    ...(is(invertFlags.inInterface) ? { inInterface: true as const } : {}),
    ...(is(invertFlags.outInterface) ? { outInterface: true as const } : {}),
    ...(is(invertFlags.fragments) ? { fragments: true as const } : {}),
  };
  return {
    ...(source ? { source } : {}),
    ...(destination ? { destination } : {}),
    ...(inInterface ? { inInterface } : {}),
    ...(outInterface ? { outInterface } : {}),
    ...(protocol === 0 ? {} : { protocol: toProtocol(protocol) }),
    ...(flags & entryFlags.fragments ? { fragments: true } : {}),
    ...(Object.keys(invert).length === 0 ? {} : { invert }),
  };
}
