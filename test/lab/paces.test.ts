import assert from 'node:assert/strict';
import { openSliceMs, pacesOf } from '../../src/lab/agent/paces.ts';

const isDirect = (name: string): boolean => name.startsWith('direct');
const reached = (rates: Readonly<Record<string, number>>) =>
  Object.entries(rates).map(([item, ratePerSec]) => ({ item, ratePerSec }));

describe('the paces of an open loop', () => {
  it('are one where the arms are of like speed, set by the slowest', () => {
    assert.deepEqual(pacesOf(reached({ direct: 27_000, nftables: 20_000, ipvs: 8_000 }), 0.5, isDirect), [
      { ratePerSec: 4_000, items: ['direct', 'nftables', 'ipvs'] },
    ]);
  });

  it('give a far slower arm a rate of its own, with the direct path beside it', () => {
    const rates = { direct: 27_000, userspace: 3_000, nftables: 20_000, 'direct-control': 26_000 };
    assert.deepEqual(pacesOf(reached(rates), 0.5, isDirect), [
      { ratePerSec: 10_000, items: ['direct', 'direct-control', 'nftables'] },
      { ratePerSec: 1_500, items: ['direct', 'direct-control', 'userspace'] },
    ]);
  });

  it('exist for the direct path alone, and for an arm that answered nothing', () => {
    assert.deepEqual(pacesOf(reached({ direct: 10 }), 0.5, isDirect), [{ ratePerSec: 5, items: ['direct'] }]);
    assert.deepEqual(pacesOf(reached({ broken: 0 }), 0.5, isDirect), [{ ratePerSec: 1, items: ['broken'] }]);
    assert.deepEqual(pacesOf(reached({}), 0.5, isDirect), []);
  });

  it('make slices somewhat longer where that lets their p99 be told, and only there', () => {
    assert.equal(openSliceMs(40, 100_000, 6), 40);
    assert.equal(openSliceMs(40, 2500, 6), 80);
    assert.equal(openSliceMs(40, 100, 6), 40);
  });
});
