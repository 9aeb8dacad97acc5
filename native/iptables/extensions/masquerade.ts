/** `-j MASQUERADE` (struct nf_nat_ipv4_multi_range_compat). Port ranges are not in the vocabulary. */
import type { MasqueradeTarget } from '../table.ts';
import { defineExtension } from './codec.ts';
import { onlyInNat } from './nat.ts';

const randomFullyFlag = 16;

export const masqueradeTarget = defineExtension<MasqueradeTarget>({
  name: 'MASQUERADE',
  revision: 0,
  structBytes: 20,
  check: (_options, table) => onlyInNat('MASQUERADE', table),
  encode(out, at, { randomFully }) {
    out.u32(at, 1);
    if (randomFully) out.u32(at + 4, randomFullyFlag);
  },
  decode: (payload, at) => ({
    target: 'MASQUERADE',
    ...(payload.u32(at + 4) === randomFullyFlag ? { randomFully: true } : {}),
  }),
  save: ({ randomFully }) => (randomFully ? ' --random-fully' : ''),
});
