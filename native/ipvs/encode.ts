/** Checks operations and writes them as records: the door at which bad values stop. */
import { parseIp } from './address.ts';
import { IpvsError, ipvsErrors } from './errors.ts';
import {
  destinationOffsets,
  families,
  forwardMethods,
  maxNameLength,
  operationKinds,
  operationOffsets,
  protocols,
  recordBytes,
  serviceFlags,
  serviceIds,
  serviceOffsets,
  tunnelChecksums,
  tunnelTypes,
} from './records.ts';
import type {
  IpFamily,
  IpvsDestinationConfig,
  IpvsDestinationKey,
  IpvsOperation,
  IpvsServiceConfig,
  IpvsServiceKey,
  IpvsTimeouts,
  IpvsTunnel,
} from './types.ts';

/** The kernel multiplies seconds by its clock rate without a check; 31 days is ipvsadm's limit too. */
const maxTimeoutSeconds = 31 * 86_400;
const maxU16 = 0xffff;
const maxU32 = 0xffff_ffff;
const maxS32 = 0x7fff_ffff;

/** Three views of one buffer; all fields of the records are aligned to their size. */
interface Views {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  u8: new Uint8Array(buffer),
  u16: new Uint16Array(buffer),
  u32: new Uint32Array(buffer),
});

function integer(field: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw ipvsErrors.invalidField(field, value, `a whole number from ${min} to ${max}`);
}

/** The code of `value` in a table of them. */
function choice<T extends string>(field: string, value: T, table: Readonly<Record<T, number>>): number {
  const code = Object.hasOwn(table, value) ? table[value] : undefined;
  if (code === undefined) throw ipvsErrors.invalidField(field, value, `one of ${Object.keys(table).join(', ')}`);
  return code;
}

function writeName(views: Views, at: number, field: string, name: string): void {
  if (name.length === 0 || name.length > maxNameLength) {
    throw ipvsErrors.invalidField(field, name, `a name of 1 to ${maxNameLength} characters`);
  }
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f) throw ipvsErrors.invalidField(field, name, 'printable ASCII without spaces');
    views.u8[at + index] = code;
  }
}

function writeIp(views: Views, at: number, field: string, text: string): IpFamily {
  const family = parseIp(text, views.u8, at);
  if (family === undefined) throw ipvsErrors.invalidField(field, text, 'an IPv4 or IPv6 address');
  return family;
}

function writeServiceKey(views: Views, at: number, service: IpvsServiceKey): void {
  const { id } = service;
  views.u16[(at + serviceOffsets.family) / 2] = choice('service.family', service.family, families);
  if (id.kind === 'fwmark') {
    views.u8[at + serviceOffsets.id] = serviceIds.fwmark;
    views.u32[(at + serviceOffsets.firewallMark) / 4] = integer('service.id.mark', id.mark, 1, maxU32);
    return;
  }
  views.u8[at + serviceOffsets.id] = choice('service.id.kind', id.kind, serviceIds);
  views.u16[(at + serviceOffsets.protocol) / 2] = choice('service.id.protocol', id.protocol, protocols);
  views.u16[(at + serviceOffsets.port) / 2] = integer('service.id.port', id.port, 0, maxU16);
  if (writeIp(views, at + serviceOffsets.address, 'service.id.ip', id.ip) !== service.family) {
    throw ipvsErrors.invalidField('service.id.ip', id.ip, `an address of the service's family ${service.family}`);
  }
}

function flagBits(flags: IpvsServiceConfig['flags']): number {
  let bits = 0;
  if (flags.persistent) bits |= serviceFlags.persistent;
  if (flags.onePacket) bits |= serviceFlags.onePacket;
  if (flags.hashFallback) bits |= serviceFlags.hashFallback;
  if (flags.hashPort) bits |= serviceFlags.hashPort;
  if (flags.schedulerFlag3) bits |= serviceFlags.schedulerFlag3;
  return bits;
}

function writeNetmask(views: Views, at: number, service: IpvsServiceConfig): void {
  const { netmaskPrefix: prefix, irregularNetmask } = service;
  if (service.family === 'ipv6') {
    views.u32[at / 4] = integer('service.netmaskPrefix', prefix, 1, 128);
  } else if (irregularNetmask === undefined) {
    integer('service.netmaskPrefix', prefix, 0, 32);
    for (let byte = 0; byte < 4; byte += 1) {
      views.u8[at + byte] = 0xff00 >> Math.min(Math.max(prefix - 8 * byte, 0), 8);
    }
  } else if (writeIp(views, at, 'service.irregularNetmask', irregularNetmask) !== 'ipv4') {
    throw ipvsErrors.invalidField('service.irregularNetmask', irregularNetmask, 'an IPv4 netmask');
  }
}

function writeService(views: Views, at: number, service: IpvsServiceConfig): void {
  writeServiceKey(views, at, service);
  writeName(views, at + serviceOffsets.scheduler, 'service.scheduler', service.scheduler);
  if (service.persistenceEngine !== undefined) {
    const offset = at + serviceOffsets.persistenceEngine;
    writeName(views, offset, 'service.persistenceEngine', service.persistenceEngine);
  }
  const timeout = integer('service.timeoutSeconds', service.timeoutSeconds, 0, maxTimeoutSeconds);
  views.u32[(at + serviceOffsets.flags) / 4] = flagBits(service.flags);
  views.u32[(at + serviceOffsets.timeoutSeconds) / 4] = timeout;
  writeNetmask(views, at + serviceOffsets.netmask, service);
}

function writeDestinationKey(views: Views, at: number, destination: IpvsDestinationKey): void {
  const family = writeIp(views, at + destinationOffsets.address, 'destination.ip', destination.ip);
  views.u16[(at + destinationOffsets.family) / 2] = families[family];
  views.u16[(at + destinationOffsets.port) / 2] = integer('destination.port', destination.port, 0, maxU16);
}

function writeTunnel(views: Views, at: number, tunnel: IpvsTunnel): void {
  views.u8[at + destinationOffsets.tunnelType] = choice('destination.tunnel.type', tunnel.type, tunnelTypes);
  const checksum = choice('destination.tunnel.checksum', tunnel.checksum, tunnelChecksums);
  views.u16[(at + destinationOffsets.tunnelFlags) / 2] = checksum;
  if (tunnel.type !== 'gue') return;
  const port = integer('destination.tunnel.port', tunnel.port, 1, maxU16);
  views.u16[(at + destinationOffsets.tunnelPort) / 2] = port;
}

function writeDestination(views: Views, at: number, destination: IpvsDestinationConfig): void {
  writeDestinationKey(views, at, destination);
  const { weight, upperThreshold, lowerThreshold } = destination;
  const forward = forwardMethods.indexOf(destination.forward);
  if (forward < 0) {
    throw ipvsErrors.invalidField('destination.forward', destination.forward, `one of ${forwardMethods.join(', ')}`);
  }
  integer('destination.upperThreshold', upperThreshold, 0, maxU32);
  integer('destination.lowerThreshold', lowerThreshold, 0, maxU32);
  if (lowerThreshold > upperThreshold) {
    const expected = `at most the upper threshold ${upperThreshold}`;
    throw ipvsErrors.invalidField('destination.lowerThreshold', lowerThreshold, expected);
  }
  views.u32[(at + destinationOffsets.forward) / 4] = forward;
  views.u32[(at + destinationOffsets.weight) / 4] = integer('destination.weight', weight, 0, maxS32);
  views.u32[(at + destinationOffsets.upperThreshold) / 4] = upperThreshold;
  views.u32[(at + destinationOffsets.lowerThreshold) / 4] = lowerThreshold;
  if (destination.tunnel === undefined) return;
  if (destination.forward !== 'tunnel') {
    throw ipvsErrors.invalidField('destination.tunnel', destination.tunnel.type, "none without forward: 'tunnel'");
  }
  writeTunnel(views, at, destination.tunnel);
}

function writeOperation(views: Views, at: number, operation: IpvsOperation): void {
  const kind = operationKinds.indexOf(operation.op);
  if (kind < 0) throw ipvsErrors.invalidField('op', operation.op, `one of ${operationKinds.join(', ')}`);
  views.u32[(at + operationOffsets.kind) / 4] = kind;
  const serviceAt = at + operationOffsets.service;
  const destinationAt = at + operationOffsets.destination;
  switch (operation.op) {
    case 'add-service':
    case 'edit-service':
      writeService(views, serviceAt, operation.service);
      return;
    case 'delete-service':
      writeServiceKey(views, serviceAt, operation.service);
      return;
    case 'add-destination':
    case 'edit-destination':
      writeServiceKey(views, serviceAt, operation.service);
      writeDestination(views, destinationAt, operation.destination);
      return;
    case 'delete-destination':
      writeServiceKey(views, serviceAt, operation.service);
      writeDestinationKey(views, destinationAt, operation.destination);
      return;
    case 'zero':
      if (operation.service !== undefined) writeServiceKey(views, serviceAt, operation.service);
      return;
    case 'flush':
      return;
  }
}

/** One record per operation, in order. @throws IpvsError `invalid` with the index of the first bad operation */
export function encodeOperations(operations: readonly IpvsOperation[]): ArrayBuffer {
  const buffer = new ArrayBuffer(operations.length * recordBytes.operation);
  const views = viewsOf(buffer);
  let index = 0;
  try {
    for (const operation of operations) {
      writeOperation(views, index * recordBytes.operation, operation);
      index += 1;
    }
  } catch (error) {
    throw error instanceof IpvsError ? ipvsErrors.invalidOperation(error, index) : error;
  }
  return buffer;
}

/** @throws IpvsError `invalid` */
export function encodeServiceKey(key: IpvsServiceKey): ArrayBuffer {
  const buffer = new ArrayBuffer(recordBytes.serviceConfig);
  writeServiceKey(viewsOf(buffer), 0, key);
  return buffer;
}

/** @throws IpvsError `invalid` */
export function checkTimeouts(timeouts: IpvsTimeouts): void {
  integer('tcpSeconds', timeouts.tcpSeconds, 0, maxTimeoutSeconds);
  integer('tcpFinSeconds', timeouts.tcpFinSeconds, 0, maxTimeoutSeconds);
  integer('udpSeconds', timeouts.udpSeconds, 0, maxTimeoutSeconds);
}
