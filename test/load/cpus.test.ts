import assert from 'node:assert/strict';
import { allowedCpus, parseCpuList, parseCpuTimes, stealShare } from '../../src/load/cpus.ts';

const stat = (busy: number, steal: number): string =>
  `cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 ${busy} 0 0 0 0 0 0 ${steal} 5 5\ncpu1 100 0 0 0 0 0 0 0 0 0\nintr 1 2\n`;

describe('CPUs', () => {
  it('are read from the kernel’s way of writing lists', () => {
    assert.deepEqual(parseCpuList('0-2,5\n'), [0, 1, 2, 5]);
    assert.deepEqual(parseCpuList('7'), [7]);
    assert.deepEqual(parseCpuList('\n'), []);
  });

  it('that this process may use are at least one', () => {
    assert.ok(allowedCpus().length >= 1);
  });

  it('lose the share of time that the hypervisor took from the worst of them', () => {
    const before = parseCpuTimes(stat(100, 10));
    const after = parseCpuTimes(stat(160, 50));
    assert.equal(stealShare(before, after, [0]), 0.4);
    assert.equal(stealShare(before, after, [1]), 0);
    assert.equal(stealShare(before, after, [0, 1]), 0.4);
  });

  it('have lost nothing when only a tick or two are missing, or the CPU is not listed', () => {
    const before = parseCpuTimes(stat(100, 10));
    assert.equal(stealShare(before, parseCpuTimes(stat(101, 12)), [0]), 0);
    assert.equal(stealShare(before, before, [9]), 0);
  });
});
