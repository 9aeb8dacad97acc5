import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NodeDomains } from '../../../src/scheduler/indexes/node-domains.ts';
import { SpreadCounts } from '../../../src/scheduler/indexes/spread-counts.ts';
import { testNode } from '../support/objects.ts';

const width = 6;
const domain = fc.nat(width - 1);
const slots = 8;

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('pods' as const), domain, amount: fc.integer({ min: -3, max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('node' as const),
      slot: fc.nat(slots - 1),
      domain: fc.option(domain, { nil: -1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('ask' as const) }) },
);

describe('counts for spreading', () => {
  it('know the least count of the domains that have a node', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const domainOf = new Int32Array(slots).fill(-1);
        const domains = new NodeDomains({ domainOf: (slot) => domainOf[slot] as number, width: () => width }, slots);
        const counts = new SpreadCounts(domains);
        const plain = new Int32Array(width);
        for (const each of steps) {
          if (each.type === 'pods') {
            counts.add(each.domain, each.amount);
            plain[each.domain] = (plain[each.domain] as number) + each.amount;
          } else if (each.type === 'node') {
            domainOf[each.slot] = each.domain;
            domains.refresh(each.slot, testNode());
          } else {
            const present = [...new Set(domainOf)].filter((one) => one !== -1);
            assert.equal(domains.domainCount, present.length);
            const least = present.length === 0 ? 0 : Math.min(...present.map((one) => plain[one] as number));
            assert.equal(counts.least, least);
            assert.deepEqual(counts.counts.slice(0, width), plain);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
