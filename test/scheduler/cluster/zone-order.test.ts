import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoneOrder } from '../../../src/scheduler/cluster/zone-order.ts';
import { testNode } from '../support/cluster.ts';

const inZone = (zone: string) => testNode({ labels: zone === '' ? {} : { 'topology.kubernetes.io/zone': zone } });

describe('the order in which nodes are visited', () => {
  it('takes the first of each zone, then the second of each', () => {
    const order = new ZoneOrder();
    for (const [slot, zone] of ['a', 'a', 'a', 'b', '', 'b'].entries()) order.set(slot, inZone(zone));
    assert.deepEqual([...order.slots()], [0, 3, 4, 1, 5, 2]);
  });

  it('has a node whose zone changes at the end of the new one, and one that only changes where it was', () => {
    const order = new ZoneOrder();
    for (const [slot, zone] of ['a', 'a', 'b'].entries()) order.set(slot, inZone(zone));
    order.set(0, inZone('a'));
    assert.deepEqual([...order.slots()], [0, 2, 1]);
    order.set(0, inZone('b'));
    assert.deepEqual([...order.slots()], [1, 2, 0]);
  });

  it('forgets a zone without nodes: it is new when it comes back', () => {
    const order = new ZoneOrder();
    for (const [slot, zone] of ['a', 'b'].entries()) order.set(slot, inZone(zone));
    order.remove(0);
    order.set(5, inZone('a'));
    assert.deepEqual([...order.slots()], [1, 5]);
  });

  it('holds every node once, whatever happens', () => {
    const step = fc.record({ slot: fc.nat(9), zone: fc.constantFrom('', 'a', 'b', 'c', undefined) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const order = new ZoneOrder();
        const present = new Set<number>();
        for (const { slot, zone } of steps) {
          if (zone === undefined) order.remove(slot);
          else order.set(slot, inZone(zone));
          if (zone === undefined) present.delete(slot);
          else present.add(slot);
          assert.deepEqual([...order.slots()].sort(), [...present].sort());
        }
      }),
    );
  });
});
