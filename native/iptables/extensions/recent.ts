/** `-m recent` revision 1 (xt_recent.h), by source address: the client affinity of kube-proxy. */
import { formatIpv4, parseIpv4 } from '../address.ts';
import { iptablesErrors } from '../errors.ts';
import { checkBareName, checkNumber } from '../names.ts';
import type { RecentMatch } from '../table.ts';
import { defineExtension } from './codec.ts';

/** struct xt_recent_mtinfo_v1. */
const checkSetAt = 8;
const nameAt = 10;
const nameCapacity = 200;
const defaultName = 'DEFAULT';
const maskAt = 212;
const maskBytes = 16;

const checkFlag = 1;
const setFlag = 2;
const reapFlag = 32;

export const recentMatch = defineExtension<RecentMatch>({
  name: 'recent',
  revision: 1,
  structBytes: 228,
  check({ action, seconds, reap }) {
    if (action === 'set' && (seconds !== undefined || reap)) {
      throw iptablesErrors.misuse('match recent has a time with action set', 'give seconds and reap with rcheck only');
    }
    if (reap && seconds === undefined) {
      throw iptablesErrors.misuse('match recent reaps without a time', 'give seconds as well');
    }
  },
  encode(out, at, { action, name, seconds, reap, mask }) {
    checkBareName('name of a recent list', name);
    if (seconds !== undefined) out.u32(at, checkNumber('recent seconds', seconds, 1));
    out.u8(at + checkSetAt, (action === 'set' ? setFlag : checkFlag) | (reap ? reapFlag : 0));
    // iptables puts the name over its default, of which the end of a short one's field still tells.
    out.text(at + nameAt, defaultName, nameCapacity, 'name of a recent list');
    out.text(at + nameAt, name, nameCapacity, 'name of a recent list');
    out.u8(at + nameAt + name.length, 0);
    // Room for an IPv6 mask; iptables fills all of it by default, and a quarter when told the mask.
    if (mask === undefined) out.bytes.fill(0xff, at + maskAt, at + maskAt + maskBytes);
    else out.u32be(at + maskAt, parseIpv4(mask));
  },
  decode(payload, at) {
    const seconds = payload.u32(at);
    const flags = payload.u8(at + checkSetAt);
    const name = payload.text(at + nameAt, nameCapacity);
    if (name === undefined) return undefined;
    const byDefault = payload.u8(at + maskAt + maskBytes - 1) !== 0;
    return {
      match: 'recent',
      action: flags & setFlag ? 'set' : 'rcheck',
      name,
      ...(seconds === 0 ? {} : { seconds }),
      ...(flags & reapFlag ? { reap: true } : {}),
      ...(byDefault ? {} : { mask: formatIpv4(payload.u32be(at + maskAt)) }),
    };
  },
  save({ action, name, seconds, reap, mask = '255.255.255.255' }) {
    checkBareName('name of a recent list', name);
    const time = `${seconds === undefined ? '' : ` --seconds ${seconds}`}${reap ? ' --reap' : ''}`;
    return ` --${action}${time} --name ${name} --mask ${mask} --rsource`;
  },
});
