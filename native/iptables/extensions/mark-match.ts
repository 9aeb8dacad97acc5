/** `-m mark` revision 1 (xt_mark.h). */
import { checkNumber } from '../names.ts';
import type { MarkMatch } from '../table.ts';
import { defineExtension } from './codec.ts';

const fullMask = 0xffffffff;

export const markMatch = defineExtension<MarkMatch>({
  name: 'mark',
  revision: 1,
  structBytes: 12,
  encode(out, at, { value, mask, invert }) {
    out.u32(at, checkNumber('mark', value, 0));
    out.u32(at + 4, checkNumber('mark mask', mask, 0));
    if (invert) out.u8(at + 8, 1);
  },
  decode(payload, at) {
    const invert = payload.u8(at + 8) !== 0;
    return { match: 'mark', value: payload.u32(at), mask: payload.u32(at + 4), ...(invert ? { invert } : {}) };
  },
  save({ value, mask, invert }) {
    const masked = mask === fullMask ? '' : `/0x${mask.toString(16)}`;
    return `${invert ? ' !' : ''} --mark 0x${value.toString(16)}${masked}`;
  },
});
