import assert from 'node:assert/strict';
import {
  type IpvsClient,
  IpvsError,
  type IpvsErrorCode,
  type IpvsOperation,
  openIpvs,
} from '../../../native/ipvs/index.ts';
import { needIpvs, plainService, tcpKey } from '../../support/ipvs.ts';
import { inPrivateNetns } from '../../support/namespaces.ts';

const key = tcpKey('10.96.0.1', 80);
const missing = tcpKey('10.96.0.9', 80);
const destination = {
  ip: '10.2.0.2',
  port: 8080,
  forward: 'masquerade',
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
} as const;
const other = { ...destination, ip: '10.2.0.3' };

/** Every one refused on tables that hold `key` with `destination`. */
const refusals: readonly [string, IpvsOperation, IpvsErrorCode][] = [
  ['a service that exists', { op: 'add-service', service: plainService(key) }, 'exists'],
  ['a destination that exists', { op: 'add-destination', service: key, destination }, 'exists'],
  ['an unknown scheduler', { op: 'add-service', service: plainService(missing, 'nonesuch') }, 'unknown-scheduler'],
  ['an unknown scheduler on edit', { op: 'edit-service', service: plainService(key, 'nonesuch') }, 'unknown-scheduler'],
  [
    'an unknown persistence engine',
    { op: 'add-service', service: { ...plainService(missing), persistenceEngine: 'nonesuch' } },
    'unknown-scheduler',
  ],
  ['editing a missing service', { op: 'edit-service', service: plainService(missing) }, 'not-found'],
  ['deleting a missing service', { op: 'delete-service', service: missing }, 'not-found'],
  ['zeroing a missing service', { op: 'zero', service: missing }, 'not-found'],
  ['a destination of a missing service', { op: 'add-destination', service: missing, destination }, 'not-found'],
  ['editing a missing destination', { op: 'edit-destination', service: key, destination: other }, 'not-found'],
  ['deleting a missing destination', { op: 'delete-destination', service: key, destination: other }, 'not-found'],
  [
    'a destination of another family without a tunnel',
    { op: 'add-destination', service: key, destination: { ...destination, ip: 'fd00::2' } },
    'invalid',
  ],
];

function withTables<T>(body: (client: IpvsClient) => T): Promise<T> {
  return inPrivateNetns((netns) => {
    const client = openIpvs(netns);
    try {
      client.apply([
        { op: 'add-service', service: plainService(key) },
        { op: 'add-destination', service: key, destination },
      ]);
      return body(client);
    } finally {
      client.close();
    }
  });
}

const codeIs = (code: IpvsErrorCode) => (error: unknown) => error instanceof IpvsError && error.code === code;

describe('the kernel refuses', () => {
  before(function () {
    needIpvs(this);
  });

  for (const [name, operation, code] of refusals) {
    it(`${name}: ${code}`, () =>
      withTables((client) => {
        assert.throws(
          () => client.apply([{ op: 'zero' }, operation, { op: 'zero', service: key }]),
          (error) => {
            assert.ok(error instanceof IpvsError);
            assert.equal(error.code, code, error.message);
            assert.equal(error.operationIndex, 1);
            assert.equal(error.accepted, 2);
            assert.equal(error.refused.length, 1);
            return true;
          },
        );
      }));
  }

  it('reading a missing service or its destinations: not-found', () =>
    withTables((client) => {
      assert.throws(() => client.service(missing), codeIs('not-found'));
      assert.throws(() => client.destinations(missing), codeIs('not-found'));
    }));

  it('nothing of a service without destinations: an empty list', () =>
    withTables((client) => {
      client.apply([{ op: 'add-service', service: plainService(missing) }]);
      assert.deepEqual(client.destinations(missing), []);
    }));

  it('nothing more once the client is closed', () =>
    withTables((client) => {
      client.close();
      assert.throws(() => client.services(), codeIs('closed'));
      assert.throws(() => client.apply([{ op: 'flush' }]), codeIs('closed'));
    }));
});
