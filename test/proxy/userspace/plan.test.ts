import assert from 'node:assert/strict';
import { planUserspace, userspaceChange } from '../../../src/proxy/userspace/plan.ts';
import { servicePort } from './service-ports.ts';

const cidr = '10.96.0.0/12';

describe('the plan of the user-space proxy', () => {
  it('hands over only what is new, different or gone', () => {
    const kept = servicePort(1, [2]);
    const before = planUserspace([kept, servicePort(2, [2]), servicePort(3, [2])], cidr);
    const after = planUserspace([kept, servicePort(2, [2, 3]), servicePort(4, [4])], cidr);
    const change = userspaceChange(before, after);
    assert.deepEqual(
      change.set.map(({ ip, endpoints }) => [ip, endpoints.length]),
      [
        ['10.96.0.2', 2],
        ['10.96.0.4', 1],
      ],
    );
    assert.deepEqual(change.remove, [{ protocol: 'TCP', ip: '10.96.0.3', port: 80 }]);
  });

  it('hands over everything to a node that has nothing', () => {
    const state = planUserspace([servicePort(1, []), servicePort(1, [2], { protocol: 'UDP' })], cidr);
    const { set, remove } = userspaceChange(undefined, state);
    assert.deepEqual(
      set.map(({ protocol }) => protocol),
      ['TCP', 'UDP'],
    );
    assert.deepEqual(remove, []);
  });

  it('changes nothing between a state and itself', () => {
    const state = planUserspace([servicePort(1, [2])], cidr);
    assert.deepEqual(userspaceChange(state, state), { set: [], remove: [] });
  });

  for (const [name, service, message] of [
    ['SCTP', servicePort(1, [2], { protocol: 'SCTP' }), /default\/service-1 port 80 is SCTP: .* TCP and UDP only/],
    ['an address outside of the Service range', servicePort(1, [], { clusterIP: '172.20.0.1' }), /answers for 10\.96/],
    ['IPv6', servicePort(1, [], { clusterIP: 'fd00::1' }), /cluster IP fd00::1: .* answers for 10\.96\.0\.0\/12 only/],
  ] as const) {
    it(`refuses ${name}`, () => assert.throws(() => planUserspace([service], cidr), message));
  }
});
