/** Records of services and destinations back into objects. */
import { formatIpv4, formatIpv6 } from './address.ts';
import { ipvsErrors } from './errors.ts';
import {
  destinationOffsets,
  families,
  forwardMethods,
  maxNameLength,
  protocols,
  recordBytes,
  serviceFlags,
  serviceIds,
  serviceOffsets,
  tunnelChecksums,
  tunnelTypes,
} from './records.ts';
import type { IpFamily, IpvsDestination, IpvsService, IpvsServiceKey, IpvsStats, IpvsTunnel } from './types.ts';

interface Views {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  u8: new Uint8Array(buffer),
  u16: new Uint16Array(buffer),
  u32: new Uint32Array(buffer),
  u64: new BigUint64Array(buffer),
});

const u8 = (views: Views, at: number): number => views.u8[at] ?? 0;
const u16 = (views: Views, at: number): number => views.u16[at / 2] ?? 0;
const u32 = (views: Views, at: number): number => views.u32[at / 4] ?? 0;

/** The name of `code` in a table of codes. */
function nameOf<T extends string>(what: string, code: number, table: Readonly<Record<T, number>>): T {
  for (const name in table) if (table[name] === code) return name;
  throw ipvsErrors.malformedReply(`unknown ${what} ${code} in a reply`);
}

function readName(views: Views, at: number): string {
  let name = '';
  for (let index = 0; index < maxNameLength; index += 1) {
    const code = u8(views, at + index);
    if (code === 0) break;
    name += String.fromCharCode(code);
  }
  return name;
}

const readIp = (views: Views, at: number, family: IpFamily): string =>
  family === 'ipv4' ? formatIpv4(views.u8, at) : formatIpv6(views.u8, at);

function readStats(views: Views, at: number): IpvsStats {
  const counter = (index: number): bigint => views.u64[at / 8 + index] ?? 0n;
  return {
    connections: counter(0),
    packetsIn: counter(1),
    packetsOut: counter(2),
    bytesIn: counter(3),
    bytesOut: counter(4),
    connectionsPerSec: counter(5),
    packetsInPerSec: counter(6),
    packetsOutPerSec: counter(7),
    bytesInPerSec: counter(8),
    bytesOutPerSec: counter(9),
  };
}

function readServiceId(views: Views, at: number, family: IpFamily): IpvsServiceKey['id'] {
  if (u8(views, at + serviceOffsets.id) === serviceIds.fwmark) {
    return { kind: 'fwmark', mark: u32(views, at + serviceOffsets.firewallMark) };
  }
  return {
    kind: 'address',
    protocol: nameOf('protocol', u16(views, at + serviceOffsets.protocol), protocols),
    ip: readIp(views, at + serviceOffsets.address, family),
    port: u16(views, at + serviceOffsets.port),
  };
}

/** Only the set ones. */
function readFlags(bits: number): IpvsService['flags'] {
  const set = Object.entries(serviceFlags).filter(([, bit]) => (bits & bit) !== 0);
  return Object.fromEntries(set.map(([name]) => [name, true]));
}

/** `undefined` as a prefix: the mask has holes. */
function prefixOf(views: Views, at: number): number | undefined {
  const mask = ((u8(views, at) << 24) | (u8(views, at + 1) << 16) | (u8(views, at + 2) << 8) | u8(views, at + 3)) >>> 0;
  const prefix = Math.clz32(~mask);
  return mask === (prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0) ? prefix : undefined;
}

function readNetmask(
  views: Views,
  at: number,
  family: IpFamily,
): Pick<IpvsService, 'netmaskPrefix' | 'irregularNetmask'> {
  if (family === 'ipv6') return { netmaskPrefix: u32(views, at) };
  const prefix = prefixOf(views, at);
  return prefix === undefined
    ? { netmaskPrefix: 32, irregularNetmask: formatIpv4(views.u8, at) }
    : { netmaskPrefix: prefix };
}

function readService(views: Views, at: number): IpvsService {
  const family = nameOf('address family', u16(views, at + serviceOffsets.family), families);
  const persistenceEngine = readName(views, at + serviceOffsets.persistenceEngine);
  return {
    family,
    id: readServiceId(views, at, family),
    scheduler: readName(views, at + serviceOffsets.scheduler),
    flags: readFlags(u32(views, at + serviceOffsets.flags)),
    timeoutSeconds: u32(views, at + serviceOffsets.timeoutSeconds),
    ...readNetmask(views, at + serviceOffsets.netmask, family),
    ...(persistenceEngine === '' ? {} : { persistenceEngine }),
    stats: readStats(views, at + serviceOffsets.statistics),
  };
}

/** `undefined` for plain IP in IP. */
function readTunnel(views: Views, at: number): IpvsTunnel | undefined {
  const type = nameOf('tunnel type', u8(views, at + destinationOffsets.tunnelType), tunnelTypes);
  if (type === 'ipip') return undefined;
  const bits = u16(views, at + destinationOffsets.tunnelFlags);
  const checksum = nameOf('tunnel checksum flags', bits, tunnelChecksums);
  if (type === 'gue') return { type, port: u16(views, at + destinationOffsets.tunnelPort), checksum };
  if (checksum === 'remote') throw ipvsErrors.malformedReply('remote checksums on a GRE tunnel in a reply');
  return { type, checksum };
}

function readDestination(views: Views, at: number): IpvsDestination {
  const family = nameOf('address family', u16(views, at + destinationOffsets.family), families);
  const forwardCode = u32(views, at + destinationOffsets.forward);
  const forward = forwardMethods[forwardCode];
  if (forward === undefined) throw ipvsErrors.malformedReply(`unknown forwarding method ${forwardCode} in a reply`);
  const tunnel = forward === 'tunnel' ? readTunnel(views, at) : undefined;
  return {
    family,
    ip: readIp(views, at + destinationOffsets.address, family),
    port: u16(views, at + destinationOffsets.port),
    forward,
    weight: u32(views, at + destinationOffsets.weight),
    upperThreshold: u32(views, at + destinationOffsets.upperThreshold),
    lowerThreshold: u32(views, at + destinationOffsets.lowerThreshold),
    ...(tunnel === undefined ? {} : { tunnel }),
    activeConnections: u32(views, at + destinationOffsets.activeConnections),
    inactiveConnections: u32(views, at + destinationOffsets.inactiveConnections),
    persistentConnections: u32(views, at + destinationOffsets.persistentConnections),
    stats: readStats(views, at + destinationOffsets.statistics),
  };
}

function readAll<T>(buffer: ArrayBuffer, bytes: number, read: (views: Views, at: number) => T): T[] {
  const views = viewsOf(buffer);
  return Array.from({ length: buffer.byteLength / bytes }, (_, index) => read(views, index * bytes));
}

/** @throws IpvsError `malformed-reply` for codes that this program does not know */
export const decodeServices = (buffer: ArrayBuffer): IpvsService[] => readAll(buffer, recordBytes.service, readService);

/** @throws IpvsError `malformed-reply` for codes that this program does not know */
export const decodeDestinations = (buffer: ArrayBuffer): IpvsDestination[] =>
  readAll(buffer, recordBytes.destination, readDestination);
