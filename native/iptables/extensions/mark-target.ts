/** `-j MARK` revision 2 (xt_mark.h): mark = (mark & ~mask) ^ value. */
import { checkNumber } from '../names.ts';
import type { MarkTarget } from '../table.ts';
import { defineExtension } from './codec.ts';

const fullMask = 0xffffffff;

/** The one form into which iptables turns all four operations. */
function xmark({ operation, value }: MarkTarget): { readonly value: number; readonly mask: number } {
  checkNumber('mark', value, 0);
  switch (operation) {
    case 'set':
      return { value, mask: fullMask };
    case 'or':
      return { value, mask: value };
    case 'xor':
      return { value, mask: 0 };
    case 'and':
      return { value: 0, mask: ~value >>> 0 };
  }
}

export const markTarget = defineExtension<MarkTarget>({
  name: 'MARK',
  revision: 2,
  structBytes: 8,
  encode(out, at, options) {
    const { value, mask } = xmark(options);
    out.u32(at, value);
    out.u32(at + 4, mask);
  },
  decode(payload, at) {
    const value = payload.u32(at);
    const mask = payload.u32(at + 4);
    if (mask === fullMask) return { target: 'MARK', operation: 'set', value };
    if (mask === 0) return { target: 'MARK', operation: 'xor', value };
    if (mask === value) return { target: 'MARK', operation: 'or', value };
    return value === 0 ? { target: 'MARK', operation: 'and', value: ~mask >>> 0 } : undefined;
  },
  save(options) {
    const { value, mask } = xmark(options);
    return ` --set-xmark 0x${value.toString(16)}/0x${mask.toString(16)}`;
  },
});
