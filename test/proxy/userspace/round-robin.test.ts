import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type EndpointAddress, endpointKey, RoundRobin } from '../../../src/proxy/userspace/round-robin.ts';

const none = { kind: 'None' } as const;
const endpoint = (number: number): EndpointAddress => ({ ip: `10.2.1.${number}`, port: 8080 });
const endpoints = (...numbers: readonly number[]): EndpointAddress[] => numbers.map(endpoint);
const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 10 });

function picks(balancer: RoundRobin, count: number): string[] {
  return Array.from({ length: count }, () => {
    const picked = balancer.next('10.1.0.2', 0);
    assert.ok(picked !== undefined);
    return endpointKey(picked);
  });
}

describe('round robin of the user-space proxy', () => {
  it('gives each endpoint the same number of flows over whole rounds, in their order', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 5 }), (all, rounds) => {
        const listed = endpoints(...all);
        const picked = picks(new RoundRobin(listed, none), all.length * rounds);
        const expected = Array.from({ length: rounds }, () => listed.map(endpointKey)).flat();
        assert.deepEqual(picked, expected);
      }),
    );
  });

  it('goes on after a change with the endpoint that was next, or the first survivor behind it', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(20), (before, after, taken) => {
        const balancer = new RoundRobin(endpoints(...before), none);
        if (taken > 0) picks(balancer, taken);
        balancer.update(endpoints(...after), none);
        const waiting = before.map((_, offset) => before[(taken + offset) % before.length]);
        const expected = waiting.find((number) => number !== undefined && after.includes(number)) ?? after[0];
        assert.deepEqual(picks(balancer, 1), endpoints(expected ?? 0).map(endpointKey));
      }),
    );
  });

  it('never gives an endpoint that is gone', () => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 6 }), (generations) => {
        const balancer = new RoundRobin([], { kind: 'ClientIP', timeoutSeconds: 60 });
        for (const generation of generations) {
          balancer.update(endpoints(...generation), { kind: 'ClientIP', timeoutSeconds: 60 });
          const keys = new Set(endpoints(...generation).map(endpointKey));
          for (let client = 0; client < 5; client++) {
            const picked = balancer.next(`10.1.0.${client}`, 0);
            assert.ok(picked !== undefined && keys.has(endpointKey(picked)));
          }
        }
      }),
    );
  });

  it('has nothing to give without endpoints', () => {
    const balancer = new RoundRobin([], none);
    assert.equal(balancer.next('10.1.0.2', 0), undefined);
    balancer.update(endpoints(1), none);
    assert.deepEqual(balancer.next('10.1.0.2', 0), endpoint(1));
  });
});

describe('ClientIP affinity of the user-space proxy', () => {
  const affinity = { kind: 'ClientIP', timeoutSeconds: 10 } as const;

  it('keeps a client at its endpoint and gives the next one to the next client', () => {
    const balancer = new RoundRobin(endpoints(1, 2, 3), affinity);
    const clients = ['a', 'b', 'a', 'c', 'b', 'd', 'a'];
    const picked = clients.map((client) => balancer.next(client, 0)?.ip.at(-1));
    assert.deepEqual(picked, ['1', '2', '1', '3', '2', '1', '1']);
  });

  it('lasts as long as the client comes back within the timeout', () => {
    const balancer = new RoundRobin(endpoints(1, 2), affinity);
    const timesMs = [0, 9_999, 19_998, 29_998];
    const picked = timesMs.map((nowMs) => balancer.next('a', nowMs)?.ip.at(-1));
    assert.deepEqual(picked, ['1', '1', '1', '2']);
  });

  it('moves on when the endpoint does not answer', () => {
    const balancer = new RoundRobin(endpoints(1, 2), affinity);
    assert.deepEqual(balancer.next('a', 0), endpoint(1));
    balancer.forget('a');
    assert.deepEqual(balancer.next('a', 0), endpoint(2));
    assert.deepEqual(balancer.next('a', 0), endpoint(2));
  });

  it('moves on when the endpoint is gone, and only then', () => {
    const balancer = new RoundRobin(endpoints(1, 2, 3), affinity);
    assert.deepEqual(
      ['a', 'b'].map((client) => balancer.next(client, 0)),
      endpoints(1, 2),
    );
    balancer.update(endpoints(2, 3), affinity);
    assert.deepEqual(balancer.next('b', 1), endpoint(2));
    assert.deepEqual(balancer.next('a', 1), endpoint(3));
  });

  it('ends when the Service no longer asks for it', () => {
    const balancer = new RoundRobin(endpoints(1, 2), affinity);
    balancer.next('a', 0);
    balancer.update(endpoints(1, 2), none);
    assert.deepEqual(picks(balancer, 2), endpoints(2, 1).map(endpointKey));
  });
});
