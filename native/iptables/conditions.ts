/** The conditions that every rule has room for (struct ipt_ip): addresses, interfaces, protocol, fragments. */
import { parseAddressMatch, toAddressMatch } from './address.ts';
import type { BlobReader, BlobWriter } from './blob.ts';
import { iptablesErrors } from './errors.ts';
import { entry, entryFlags, interfaceBytes, invertFlags } from './layout.ts';
import { checkInterfaceName } from './names.ts';
import { protocolNumber, toProtocol } from './protocols.ts';
import type { AllFields, Writable } from './rule-fields.ts';
import type { AddressMatch, Rule } from './table.ts';

export type Conditions = Omit<Rule, 'matches' | 'target' | 'counters'>;

function encodeAddress(out: BlobWriter, addressAt: number, maskAt: number, match: AddressMatch): void {
  const { address, mask } = parseAddressMatch(match);
  out.u32be(addressAt, address);
  out.u32be(maskAt, mask);
}

/** `eth+` compares three bytes, `eth0` five: the zero byte at its end too. */
function encodeInterface(out: BlobWriter, nameAt: number, maskAt: number, name: string): void {
  checkInterfaceName(name);
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

function decodeInversions(inverted: number): NonNullable<Rule['invert']> | undefined {
  const is = (flag: number): boolean => (inverted & flag) !== 0;
  const { protocol, inInterface, outInterface, fragments } = invertFlags;
  if (!is(protocol | inInterface | outInterface | fragments)) return undefined;
  return {
    ...(is(protocol) ? { protocol: true } : {}),
    ...(is(inInterface) ? { inInterface: true } : {}),
    ...(is(outInterface) ? { outInterface: true } : {}),
    ...(is(fragments) ? { fragments: true } : {}),
  };
}

/**
 * Conditions as found; whether they say all that the bytes say is for the caller to check by encoding them. The object
 * grows property by property: a table has too many rules for one that is put together from others.
 */
export function decodeConditions(blob: BlobReader, at: number): Writable<Conditions> {
  const conditions: Writable<Conditions> = {};
  const inverted = blob.u8(at + entry.invertFlagsAt);
  const { sourceAt, sourceMaskAt, destinationAt, destinationMaskAt } = entry;
  const source = decodeAddress(blob, at + sourceAt, at + sourceMaskAt, (inverted & invertFlags.source) !== 0);
  if (source !== undefined) conditions.source = source;
  const notDestination = (inverted & invertFlags.destination) !== 0;
  const destination = decodeAddress(blob, at + destinationAt, at + destinationMaskAt, notDestination);
  if (destination !== undefined) conditions.destination = destination;
  const protocol = blob.u16(at + entry.protocolAt);
  if (protocol !== 0) conditions.protocol = toProtocol(protocol);
  const inInterface = blob.text(at + entry.inInterfaceAt, interfaceBytes);
  if (inInterface) conditions.inInterface = inInterface;
  const outInterface = blob.text(at + entry.outInterfaceAt, interfaceBytes);
  if (outInterface) conditions.outInterface = outInterface;
  if (blob.u8(at + entry.flagsAt) & entryFlags.fragments) conditions.fragments = true;
  const invert = decodeInversions(inverted);
  if (invert !== undefined) conditions.invert = invert;
  return conditions;
}
