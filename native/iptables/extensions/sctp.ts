/** `-m sctp` (xt_sctp.h). Chunk types are not in the vocabulary. */
import type { PortMatch } from '../table.ts';
import { defineExtension } from './codec.ts';
import { checkProtocol, decodeRange, encodeRange, saveRange } from './ports.ts';

/** struct xt_sctp_info; it has the destination before the source, unlike tcp and udp. */
const destinationAt = 0;
const sourceAt = 4;
/** After 64 words of chunk types: the header means 8, and its mistake became the interface. */
const flagInfoAt = 268;
const flagInfos = 4;
const flagsAt = 284;
const invertAt = 288;

const sourceFlag = 1;
const destinationFlag = 2;

export const sctpMatch = defineExtension<PortMatch>({
  name: 'sctp',
  revision: 0,
  structBytes: 292,
  check: (_options, _table, protocol) => checkProtocol('sctp', 132, protocol),
  encode(out, at, { sourcePorts, destinationPorts }) {
    // iptables marks the unused chunk descriptions with type 255; the kernel does not look at them.
    for (let index = 0; index < flagInfos; index++) out.u8(at + flagInfoAt + 3 * index, 0xff);
    if (sourcePorts !== undefined) encodeRange(out, at + sourceAt, 'source', sourcePorts);
    if (destinationPorts !== undefined) encodeRange(out, at + destinationAt, 'destination', destinationPorts);
    out.u32(at + flagsAt, (sourcePorts ? sourceFlag : 0) | (destinationPorts ? destinationFlag : 0));
    out.u32(at + invertAt, (sourcePorts?.invert ? sourceFlag : 0) | (destinationPorts?.invert ? destinationFlag : 0));
  },
  decode(payload, at) {
    const flags = payload.u32(at + flagsAt);
    const inverted = payload.u32(at + invertAt);
    const sourcePorts = decodeRange(payload, at + sourceAt, (inverted & sourceFlag) !== 0);
    const destinationPorts = decodeRange(payload, at + destinationAt, (inverted & destinationFlag) !== 0);
    return {
      match: 'sctp',
      ...(flags & sourceFlag ? { sourcePorts } : {}),
      ...(flags & destinationFlag ? { destinationPorts } : {}),
    };
  },
  save({ sourcePorts, destinationPorts }) {
    const source = sourcePorts === undefined ? '' : saveRange('--sport', sourcePorts);
    return destinationPorts === undefined ? source : source + saveRange('--dport', destinationPorts);
  },
});
