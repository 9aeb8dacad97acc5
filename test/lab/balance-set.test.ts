import assert from 'node:assert/strict';
import { balanceSet } from '../../src/lab/agent/balance-set.ts';
import type { ServicePort } from '../../src/proxy/types.ts';

const target: ServicePort = {
  namespace: 'default',
  name: 'web',
  portName: '',
  protocol: 'TCP',
  clusterIP: '10.96.1.0',
  port: 80,
  sessionAffinity: { kind: 'None' },
  endpoints: [1, 2, 3, 4].map((last) => ({ ip: `10.2.1.${last}`, port: 8080, weight: 1 })),
};
const spec = {
  seconds: 1,
  minRounds: 1,
  maxRounds: 1,
  sliceMs: 100,
  load: 0.5,
  serviceTimeMs: 10,
  serviceTime: 'exponential',
  concurrency: 1,
  slowFactor: 4,
  clients: 8,
} as const;

describe('backends that take time', () => {
  it('are offered the share of what they can serve together', () => {
    assert.equal(balanceSet(target, 'even', spec).ratePerSec, 200);
    assert.equal(balanceSet(target, 'uneven', spec).ratePerSec, Math.round(0.5 * 325));
  });

  it('have weights by their speed when they are uneven', () => {
    const weights = (kind: 'even' | 'uneven') =>
      balanceSet(target, kind, spec).service.endpoints.map(({ weight }) => weight);
    assert.deepEqual(weights('even'), [1, 1, 1, 1]);
    assert.deepEqual(weights('uneven'), [4, 4, 4, 1]);
  });
});
