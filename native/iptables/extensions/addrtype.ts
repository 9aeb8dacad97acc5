/** `-m addrtype` revision 1 (xt_addrtype.h). Inversions and interface limits are not in the vocabulary. */
import { iptablesErrors } from '../errors.ts';
import type { AddrtypeMatch } from '../table.ts';
import { defineExtension } from './codec.ts';

/** Route types of rtnetlink.h; the place in the list is the bit. */
const routeTypes = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
];

function typeMask(types: string | undefined): number {
  if (types === undefined) return 0;
  let mask = 0;
  for (const type of types.split(',')) {
    const bit = routeTypes.indexOf(type);
    if (bit < 0) throw iptablesErrors.choice('address type', type, routeTypes);
    mask |= 1 << bit;
  }
  return mask;
}

const typesIn = (mask: number): string => routeTypes.filter((_type, bit) => mask & (1 << bit)).join(',');

export const addrtypeMatch = defineExtension<AddrtypeMatch>({
  name: 'addrtype',
  revision: 1,
  structBytes: 8,
  encode(out, at, { sourceType, destinationType }) {
    if (sourceType === undefined && destinationType === undefined) {
      throw iptablesErrors.misuse('match addrtype asks for nothing', 'give sourceType, destinationType or both');
    }
    out.u16(at, typeMask(sourceType));
    out.u16(at + 2, typeMask(destinationType));
  },
  decode(payload, at) {
    const sourceType = typesIn(payload.u16(at));
    const destinationType = typesIn(payload.u16(at + 2));
    if (sourceType === '' && destinationType === '') return undefined;
    return {
      match: 'addrtype',
      ...(sourceType === '' ? {} : { sourceType }),
      ...(destinationType === '' ? {} : { destinationType }),
    };
  },
  save({ sourceType, destinationType }) {
    const source = sourceType === undefined ? '' : ` --src-type ${typesIn(typeMask(sourceType))}`;
    return destinationType === undefined ? source : `${source} --dst-type ${typesIn(typeMask(destinationType))}`;
  },
});
