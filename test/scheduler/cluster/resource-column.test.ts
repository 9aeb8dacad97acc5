import assert from 'node:assert/strict';
import fc from 'fast-check';
import { narrowLimit, ResourceColumn } from '../../../src/scheduler/cluster/resource-column.ts';

describe('the amounts of a resource', () => {
  it('stay plain numbers as long as arithmetic on them is exact', () => {
    const column = new ResourceColumn('memory', 4);
    column.setAllocatable(1, BigInt(narrowLimit));
    column.addRequested(1, narrowLimit, BigInt(narrowLimit));
    assert.equal(column.wide, undefined);
    assert.equal(column.requested[1], narrowLimit);
  });

  it('become 64-bit integers beyond, with all that was there', () => {
    const column = new ResourceColumn('memory', 4);
    column.setAllocatable(0, 5n);
    column.addRequested(0, 3, 3n);
    column.setAllocatable(2, 2n ** 62n + 1n);
    assert.equal(column.wide?.allocatable[2], 2n ** 62n + 1n);
    assert.equal(column.wide?.allocatable[0], 5n);
    assert.equal(column.wide?.requested[0], 3n);
  });

  it('add up exactly in any order, across the limit and while growing', () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 58n });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), amount), { maxLength: 20 }), (pods) => {
        const column = new ResourceColumn('memory', 2);
        column.grow(4);
        const sums = [0n, 0n, 0n, 0n];
        for (const [slot, exact] of pods) {
          column.addRequested(slot, Number(exact), exact);
          sums[slot] = (sums[slot] ?? 0n) + exact;
        }
        for (const [slot, sum] of sums.entries()) {
          assert.equal(column.wide?.requested[slot] ?? BigInt(column.requested[slot] ?? -1), sum);
        }
        for (const [slot, exact] of pods) column.addRequested(slot, -Number(exact), -exact);
        assert.deepEqual([...column.requested], [0, 0, 0, 0]);
      }),
    );
  });
});
