/** `-m conntrack --ctstate` revision 3 (xt_conntrack.h). */
import { iptablesErrors } from '../errors.ts';
import type { ConntrackMatch, ConntrackState } from '../table.ts';
import { defineExtension } from './codec.ts';

/** struct xt_conntrack_mtinfo3. */
const matchFlagsAt = 146;
const invertFlagsAt = 148;
const stateMaskAt = 150;
const stateFlag = 1;

/** XT_CONNTRACK_STATE_BIT and its siblings, in the order in which iptables prints them. */
const stateBits: readonly (readonly [ConntrackState, number])[] = [
  ['INVALID', 1 << 0],
  ['NEW', 1 << 3],
  ['RELATED', 1 << 2],
  ['ESTABLISHED', 1 << 1],
  ['UNTRACKED', 1 << 8],
  ['SNAT', 1 << 6],
  ['DNAT', 1 << 7],
];

function stateMask(states: readonly ConntrackState[]): number {
  const known = stateBits.map(([name]) => name);
  let mask = 0;
  for (const state of states) {
    const bit = stateBits.find(([name]) => name === state)?.[1];
    if (bit === undefined) throw iptablesErrors.choice('conntrack state', state, known);
    mask |= bit;
  }
  if (mask === 0)
    throw iptablesErrors.misuse('match conntrack names no state', `list at least one of ${known.join(', ')}`);
  return mask;
}

const namesIn = (mask: number): ConntrackState[] => stateBits.filter(([, bit]) => mask & bit).map(([name]) => name);

export const conntrackMatch = defineExtension<ConntrackMatch>({
  name: 'conntrack',
  revision: 3,
  structBytes: 164,
  encode(out, at, { states, invert }) {
    out.u16(at + matchFlagsAt, stateFlag);
    if (invert) out.u16(at + invertFlagsAt, stateFlag);
    out.u16(at + stateMaskAt, stateMask(states));
  },
  decode(payload, at) {
    const states = namesIn(payload.u16(at + stateMaskAt));
    const invert = payload.u16(at + invertFlagsAt) !== 0;
    return states.length === 0 ? undefined : { match: 'conntrack', states, ...(invert ? { invert } : {}) };
  },
  save: ({ states, invert }) => `${invert ? ' !' : ''} --ctstate ${namesIn(stateMask(states)).join(',')}`,
});
