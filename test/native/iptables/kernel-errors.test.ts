import assert from 'node:assert/strict';
import { constants } from 'node:os';
import type { AddonStep } from '../../../native/iptables/addon.ts';
import { IptablesError, type IptablesErrorCode } from '../../../native/iptables/index.ts';
import { kernelError } from '../../../native/iptables/kernel-errors.ts';

const attempt = { table: 'nat', lockPath: '/run/xtables.lock', lockWaitMs: 5000 } as const;
const { EACCES, EAGAIN, ENOENT, ENOMEM, ENOPROTOOPT, EPERM, EIO, EROFS, EWOULDBLOCK } = constants.errno;

const cases: readonly (readonly [AddonStep, number, IptablesErrorCode, RegExp])[] = [
  ['socket', EPERM, 'not-permitted', /\(EPERM\); run as root, or in a user namespace/],
  ['info', EPERM, 'not-permitted', /table nat/],
  ['namespace', EPERM, 'not-permitted', /run as root/],
  ['info', ENOENT, 'no-such-table', /no iptables-legacy table nat \(ENOENT\); load it with 'modprobe iptable_nat'/],
  [
    'info',
    ENOPROTOOPT,
    'no-such-table',
    /'modprobe ip_tables', or use a kernel built with CONFIG_IP_NF_IPTABLES_LEGACY/,
  ],
  ['entries', EAGAIN, 'changed-meanwhile', /table nat changed at every attempt to read it; stop the program/],
  ['replace', EAGAIN, 'changed-meanwhile', /at every attempt to replace it/],
  ['replace', ENOMEM, 'too-large', /no memory for table nat; free memory/],
  ['memory', ENOMEM, 'too-large', /free memory/],
  [
    'lock-open',
    EACCES,
    'lock-unavailable',
    /\/run\/xtables\.lock \(EACCES\); set XTABLES_LOCKFILE .* or mount a tmpfs over \/run/,
  ],
  ['lock-open', EROFS, 'lock-unavailable', /\(EROFS\)/],
  ['lock-wait', EWOULDBLOCK, 'lock-held', /for 5000 ms; let it finish/],
  ['set', ENOPROTOOPT, 'no-such-set', /modprobe xt_set/],
  ['add-counters', EIO, 'system', /was replaced, but its counters could not be restored \(EIO\); replace it again/],
  ['entries', EIO, 'system', /step 'entries' failed \(EIO\)/],
];

describe('A failed system call of the iptables interface', () => {
  for (const [step, errno, code, message] of cases) {
    it(`${step} with errno ${errno} is ${code}`, () => {
      const failure = Object.assign(new Error('as the addon throws it'), { step, errno });
      const error = kernelError(failure, attempt);
      assert.ok(error instanceof IptablesError);
      assert.equal(error.code, code);
      assert.equal(error.errno, errno);
      assert.equal(error.cause, failure);
      assert.match(error.message, message);
    });
  }

  it('is not what any other error is taken for', () => {
    const other = new TypeError('x is not a function');
    assert.equal(kernelError(other, attempt), other);
  });
});
