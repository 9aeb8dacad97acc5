import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DomainCounts } from '../../../src/scheduler/indexes/domain-counts.ts';
import { NodeDomains } from '../../../src/scheduler/indexes/node-domains.ts';

/** Domains are what the test says; there are `width()` of them. */
const domainsOf = (width: () => number): NodeDomains => new NodeDomains({ domainOf: () => -1, width }, 1);

describe('counts by domain', () => {
  it('are the sums of what was added, in a map as well as in an array', () => {
    const change = fc.record({ domain: fc.nat(4000), amount: fc.integer({ min: -3, max: 3 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(3, 500, 600, 2000, 4001),
        fc.array(change, { maxLength: 900, size: 'max' }),
        (width, changes) => {
          const counts = new DomainCounts(domainsOf(() => width));
          const sums = new Map<number, number>();
          for (const { domain, amount } of changes) {
            counts.add(domain, amount, 1);
            sums.set(domain, (sums.get(domain) ?? 0) + amount);
          }
          for (const [domain, sum] of sums) assert.equal(counts.at(domain), sum);
          for (const [domain, sum] of counts.dense?.entries() ?? []) assert.equal(sum, sums.get(domain) ?? 0);
          assert.equal(counts.at(4001), 0);
        },
      ),
    );
  });

  it('need no array while they are few among many', () => {
    const counts = new DomainCounts(domainsOf(() => 8000));
    const places = (): number | undefined => counts.dense?.length;
    for (let domain = 0; domain < 1000; domain += 1) counts.add(domain, 1, 1);
    assert.equal(places(), undefined);
    counts.add(1000, 1, 1);
    assert.equal(places(), 8000);
    assert.equal(counts.at(1000), 1);
  });

  it('give a place back when nothing is left of it', () => {
    const counts = new DomainCounts(domainsOf(() => 8000));
    for (let domain = 0; domain < 8000; domain += 1) {
      counts.add(domain, 1, 1);
      counts.add(domain, -1, -1);
    }
    assert.equal(counts.dense, undefined);
    assert.ok(counts.isEmpty);
  });

  it('take in domains that came later', () => {
    let width = 2;
    const counts = new DomainCounts(domainsOf(() => width));
    width = 5000;
    counts.add(4999, 7, 1);
    assert.equal(counts.at(4999), 7);
    assert.equal(counts.at(5000), 0);
  });

  it('are not empty with pods that weigh nothing together', () => {
    const counts = new DomainCounts(domainsOf(() => 2));
    counts.add(0, 5, 1);
    counts.add(0, -5, 1);
    assert.ok(!counts.isEmpty);
    assert.equal(counts.at(0), 0);
  });
});
