/** `-m set --match-set` revision 4 (xt_set.h). The kernel knows a set by its index in the network namespace. */
import { iptablesErrors } from '../errors.ts';
import { checkBareName } from '../names.ts';
import type { SetMatch } from '../table.ts';
import { defineExtension } from './codec.ts';

/** IPSET_DIM_MAX. */
const maxDimensions = 6;
const invertFlag = 1;

export const setMatch = defineExtension<SetMatch>({
  name: 'set',
  revision: 4,
  structBytes: 44,
  encode(out, at, { name, directions, invert }, sets) {
    checkBareName('name of an ipset', name);
    if (directions.length === 0 || directions.length > maxDimensions) {
      throw iptablesErrors.number(`number of directions of ipset ${name}`, directions.length, 1, maxDimensions);
    }
    out.u16(at, sets.indexOf(name));
    out.u8(at + 2, directions.length);
    let flags = invert ? invertFlag : 0;
    for (const [index, direction] of directions.entries()) if (direction === 'src') flags |= 2 << index;
    out.u8(at + 3, flags);
  },
  decode(payload, at, sets) {
    const name = sets.nameOf(payload.u16(at));
    const dimensions = payload.u8(at + 2);
    if (name === undefined || dimensions === 0 || dimensions > maxDimensions) return undefined;
    const flags = payload.u8(at + 3);
    const directions = Array.from({ length: dimensions }, (_, index) => (flags & (2 << index) ? 'src' : 'dst'));
    return { match: 'set', name, directions, ...(flags & invertFlag ? { invert: true } : {}) };
  },
  save({ name, directions, invert }) {
    checkBareName('name of an ipset', name);
    return `${invert ? ' !' : ''} --match-set ${name} ${directions.join(',')}`;
  },
});
