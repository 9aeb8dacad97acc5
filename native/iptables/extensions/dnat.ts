/** `-j DNAT` revision 2 (struct nf_nat_range2) to one address, with or without a port. */
import { formatIpv4, parseIpv4 } from '../address.ts';
import { iptablesErrors } from '../errors.ts';
import { checkNumber } from '../names.ts';
import type { DnatTarget } from '../table.ts';
import { defineExtension } from './codec.ts';
import { onlyInNat } from './nat.ts';

const mapAddresses = 1;
const portSpecified = 2;

/** struct nf_nat_range2: addresses have room for IPv6. */
const minAddressAt = 4;
const maxAddressAt = 20;
const minPortAt = 36;
const maxPortAt = 38;

const icmp = 1;
const protocolsWithPorts = new Set([icmp, 6, 17, 33, 132]);

export const dnatTarget = defineExtension<DnatTarget>({
  name: 'DNAT',
  revision: 2,
  structBytes: 44,
  check({ port }, table, protocol) {
    onlyInNat('DNAT', table);
    if (port !== undefined && !protocolsWithPorts.has(protocol)) {
      throw iptablesErrors.misuse(
        'DNAT has a port on a rule for any protocol',
        "set the rule's protocol to tcp, udp or sctp",
      );
    }
  },
  encode(out, at, { ip, port }) {
    const address = parseIpv4(ip);
    out.u32(at, mapAddresses | (port === undefined ? 0 : portSpecified));
    out.u32be(at + minAddressAt, address);
    out.u32be(at + maxAddressAt, address);
    if (port === undefined) return;
    checkNumber('DNAT port', port, 0, 0xffff);
    out.u16be(at + minPortAt, port);
    out.u16be(at + maxPortAt, port);
  },
  decode(payload, at) {
    const flags = payload.u32(at);
    if ((flags & mapAddresses) === 0) return undefined;
    const ip = formatIpv4(payload.u32be(at + minAddressAt));
    return { target: 'DNAT', ip, ...(flags & portSpecified ? { port: payload.u16be(at + minPortAt) } : {}) };
  },
  save: ({ ip, port }) => ` --to-destination ${formatIpv4(parseIpv4(ip))}${port === undefined ? '' : `:${port}`}`,
});
