/** `-m tcp` and `-m udp` (xt_tcpudp.h). TCP flags and options are not in the vocabulary. */
import type { BlobReader, BlobWriter } from '../blob.ts';
import { iptablesErrors } from '../errors.ts';
import { checkNumber } from '../names.ts';
import type { PortMatch, PortRange } from '../table.ts';
import { defineExtension, type ExtensionCodec } from './codec.ts';

const invertSource = 1;
const invertDestination = 2;
const lastPort = 0xffff;

/** Writes `first` and `last` of a range. */
export function encodeRange(out: BlobWriter, at: number, what: string, range: PortRange): void {
  checkNumber(`${what} port`, range.from, 0, lastPort);
  checkNumber(`${what} port`, range.to, range.from, lastPort);
  out.u16(at, range.from);
  out.u16(at + 2, range.to);
}

export function decodeRange(payload: BlobReader, at: number, inverted: boolean): PortRange {
  return { from: payload.u16(at), to: payload.u16(at + 2), ...(inverted ? { invert: true } : {}) };
}

export function saveRange(option: '--sport' | '--dport', range: PortRange): string {
  return `${range.invert ? ' !' : ''} ${option} ${range.from === range.to ? range.from : `${range.from}:${range.to}`}`;
}

/** The kernel binds these matches to their protocol and says no more than EINVAL when it is another one. */
export function checkProtocol(name: PortMatch['match'], expected: number, found: number): void {
  if (found === expected) return;
  throw iptablesErrors.misuse(`match ${name} is on a rule for another protocol`, `set the rule's protocol to ${name}`);
}

const isAny = (range: PortRange): boolean => range.from === 0 && range.to === lastPort;

function codec(
  name: 'tcp' | 'udp',
  protocol: number,
  structBytes: number,
  invertFlagsAt: number,
): ExtensionCodec<PortMatch> {
  function range(out: BlobWriter, at: number, what: string, ports: PortRange): void {
    if (ports.invert && isAny(ports)) {
      throw iptablesErrors.misuse(`no ${what} port is outside 0-${lastPort}`, 'narrow the range or leave it out');
    }
    encodeRange(out, at, what, ports);
  }
  return defineExtension({
    name,
    revision: 0,
    structBytes,
    check: (_options, _table, ruleProtocol) => checkProtocol(name, protocol, ruleProtocol),
    encode(out, at, { sourcePorts, destinationPorts }) {
      if (sourcePorts === undefined) out.u16(at + 2, lastPort);
      else range(out, at, 'source', sourcePorts);
      if (destinationPorts === undefined) out.u16(at + 6, lastPort);
      else range(out, at + 4, 'destination', destinationPorts);
      const flags = (sourcePorts?.invert ? invertSource : 0) | (destinationPorts?.invert ? invertDestination : 0);
      if (flags !== 0) out.u8(at + invertFlagsAt, flags);
    },
    decode(payload, at) {
      const flags = payload.u8(at + invertFlagsAt);
      const sourcePorts = decodeRange(payload, at, (flags & invertSource) !== 0);
      const destinationPorts = decodeRange(payload, at + 4, (flags & invertDestination) !== 0);
      if ((sourcePorts.invert && isAny(sourcePorts)) || (destinationPorts.invert && isAny(destinationPorts))) return;
      return {
        match: name,
        ...(isAny(sourcePorts) ? {} : { sourcePorts }),
        ...(isAny(destinationPorts) ? {} : { destinationPorts }),
      };
    },
    save({ sourcePorts, destinationPorts }) {
      const source = sourcePorts === undefined || isAny(sourcePorts) ? '' : saveRange('--sport', sourcePorts);
      const skip = destinationPorts === undefined || isAny(destinationPorts);
      return skip ? source : source + saveRange('--dport', destinationPorts);
    },
  });
}

/** struct xt_tcp: two ranges, option, flag mask, flag value, inversions. */
export const tcpMatch = codec('tcp', 6, 12, 11);
/** struct xt_udp: two ranges, inversions. */
export const udpMatch = codec('udp', 17, 10, 8);
