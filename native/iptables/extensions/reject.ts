/** `-j REJECT` (ipt_REJECT.h). */
import { iptablesErrors } from '../errors.ts';
import type { RejectTarget } from '../table.ts';
import { defineExtension } from './codec.ts';

/** enum ipt_reject_with; 4 was the echo reply, which the kernel gave up. */
const answers = new Map([
  ['icmp-net-unreachable', 0],
  ['icmp-host-unreachable', 1],
  ['icmp-proto-unreachable', 2],
  ['icmp-port-unreachable', 3],
  ['icmp-net-prohibited', 5],
  ['icmp-host-prohibited', 6],
  ['tcp-reset', 7],
  ['icmp-admin-prohibited', 8],
]);
const tcp = 6;

function answerNumber(name: string): number {
  const number = answers.get(name);
  if (number === undefined) throw iptablesErrors.choice('reject type', name, [...answers.keys()]);
  return number;
}

export const rejectTarget = defineExtension<RejectTarget>({
  name: 'REJECT',
  revision: 0,
  structBytes: 4,
  check(options, table, protocol) {
    if (table !== 'filter') {
      throw iptablesErrors.misuse(`target REJECT is in table ${table}`, 'move the rule to table filter');
    }
    if (options.with === 'tcp-reset' && protocol !== tcp) {
      throw iptablesErrors.misuse('tcp-reset is on a rule for another protocol', "set the rule's protocol to tcp");
    }
  },
  encode: (out, at, options) => out.u32(at, answerNumber(options.with)),
  decode(payload, at) {
    const number = payload.u32(at);
    const name = [...answers].find(([, value]) => value === number)?.[0];
    return name === undefined ? undefined : { target: 'REJECT', with: name };
  },
  save(options) {
    answerNumber(options.with);
    return ` --reject-with ${options.with}`;
  },
});
