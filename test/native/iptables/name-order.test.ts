import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sortedByName } from '../../../native/iptables/name-order.ts';

/** Many that begin alike, are alike, or are each other's beginnings. */
const names = fc.array(
  fc.oneof(
    fc.stringMatching(/^KUBE-S(VC|EP)-[A-C]{0,4}$/),
    fc.string({ unit: fc.constantFrom('a', 'b', '~', 'é'), maxLength: 40 }),
    fc.string(),
  ),
  { maxLength: 200 },
);

describe('Names in order', () => {
  it('are those that comparing them gives, with equal ones in the order given', () => {
    fc.assert(
      fc.property(names, (list) => {
        const items = list.map((name, index) => ({ name, index }));
        const compared = items.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
        assert.deepEqual(sortedByName(items), compared);
      }),
    );
  });

  it('may all be the same', () => {
    const items = Array.from({ length: 100 }, (_, index) => ({ name: 'x'.repeat(100), index }));
    assert.deepEqual(sortedByName(items), items);
  });
});
