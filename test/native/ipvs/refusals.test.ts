import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { type IpvsErrorCode, ipvsErrors } from '../../../native/ipvs/errors.ts';
import type { IpvsOperation } from '../../../native/ipvs/index.ts';

const key = { family: 'ipv4', id: { kind: 'address', protocol: 'TCP', ip: '10.96.0.1', port: 80 } } as const;
const config = { ...key, scheduler: 'twos', flags: {}, timeoutSeconds: 0, netmaskPrefix: 32 } as const;
const destination = { ip: 'fd00::2', port: 8080 } as const;
const { EEXIST, ENOENT, EPERM, ESRCH, ERANGE, ENOMEM } = constants.errno;

const cases: readonly [IpvsOperation, number, IpvsErrorCode, RegExp][] = [
  [{ op: 'add-service', service: config }, EEXIST, 'exists', /add-service TCP 10\.96\.0\.1:80.*EEXIST.*edit-service/],
  [{ op: 'add-service', service: config }, ENOENT, 'unknown-scheduler', /no scheduler "twos": .* module ip_vs_twos/],
  [
    { op: 'edit-service', service: { ...config, persistenceEngine: 'sip' } },
    ENOENT,
    'unknown-scheduler',
    /no scheduler "twos" or no persistence engine "sip"/,
  ],
  [{ op: 'delete-service', service: key }, ESRCH, 'not-found', /there is no such service: add it first/],
  [
    { op: 'delete-destination', service: key, destination },
    ENOENT,
    'not-found',
    /delete-destination \[fd00::2\]:8080 of TCP 10\.96\.0\.1:80.*no such destination/,
  ],
  [{ op: 'zero' }, EPERM, 'not-permitted', /CAP_NET_ADMIN.*initial user namespace/],
  [
    { op: 'delete-service', service: { family: 'ipv6', id: { kind: 'fwmark', mark: 7 } } },
    ERANGE,
    'invalid',
    /fwmark 7 \(ipv6\).*does not accept these values/,
  ],
  [{ op: 'flush' }, ENOMEM, 'system', /\(flush\) refused \(ENOMEM\)/],
];

describe('a refused IPVS operation', () => {
  for (const [operation, errno, code, message] of cases) {
    it(`${operation.op} with errno ${errno} is ${code}, with the next step`, () => {
      const error = ipvsErrors.refused([{ op: 'flush' }, operation], 1, [{ index: 1, errno, message: '' }]);
      assert.equal(error.code, code);
      assert.equal(error.errno, errno);
      assert.equal(error.operationIndex, 1);
      assert.equal(error.accepted, 1);
      assert.match(error.message, message);
      assert.match(error.message, /^operation 1 \(.*; 1 of 2 operations were accepted$/);
    });
  }

  it('shows the kernel’s own words where it has some', () => {
    const failures = [{ index: 0, errno: ERANGE, message: 'weight too large' }];
    assert.match(ipvsErrors.refused([{ op: 'flush' }], 0, failures).message, /refused \(ERANGE, "weight too large"\)/);
  });

  it('stands first in the list of all refused ones', () => {
    const failures = [
      { index: 0, errno: ENOMEM, message: '' },
      { index: 2, errno: EPERM, message: '' },
    ];
    const error = ipvsErrors.refused([{ op: 'flush' }, { op: 'zero' }, { op: 'flush' }], 1, failures);
    assert.equal(error.code, 'system');
    assert.deepEqual(error.refused, [
      { index: 0, errno: ENOMEM, code: 'system' },
      { index: 2, errno: EPERM, code: 'not-permitted' },
    ]);
  });
});
