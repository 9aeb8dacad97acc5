import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arrivalProcess, type OpenArrivals } from '../../src/load/index.ts';

function gapsNs(options: OpenArrivals, count: number): number[] {
  const process = arrivalProcess(options);
  let last = process.next();
  return Array.from({ length: count }, () => {
    const offset = process.next();
    const gap = offset - last;
    last = offset;
    return gap;
  });
}

describe('arrivals', () => {
  it('never go back, and repeat with their seed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('constant' as const, 'poisson' as const),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.integer(),
        (kind, ratePerSec, seed) => {
          const gaps = gapsNs({ kind, ratePerSec, seed }, 100);
          assert.ok(gaps.every((gap) => gap >= 0));
          assert.deepEqual(gaps, gapsNs({ kind, ratePerSec, seed }, 100));
        },
      ),
    );
  });

  it('at a constant rate are a gap apart, without drift', () => {
    const process = arrivalProcess({ kind: 'constant', ratePerSec: 30_000, seed: 1 });
    const first = process.next();
    for (let number = 1; number <= 300_000; number++) {
      const offset = process.next();
      assert.ok(Math.abs(offset - first - (number * 1e9) / 30_000) <= 1, `arrival ${number} at ${offset}`);
    }
  });

  it('at a constant rate begin at a phase of their seed, within the first gap', () => {
    const phases = [1, 2, 3, 4].map((seed) => arrivalProcess({ kind: 'constant', ratePerSec: 1000, seed }).next());
    assert.ok(phases.every((phase) => phase >= 0 && phase < 1e6));
    assert.equal(new Set(phases).size, phases.length);
  });

  // Exponential gaps: mean and standard deviation are equal. With 200,000 of them, 1 % is 4 standard errors of the
  // mean and 3 of the deviation.
  it('of a Poisson process have gaps of the right mean and deviation', () => {
    const gaps = gapsNs({ kind: 'poisson', ratePerSec: 10_000, seed: 7 }, 200_000);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    assert.ok(Math.abs(mean / 1e5 - 1) < 0.01, `mean ${mean}`);
    assert.ok(Math.abs(Math.sqrt(variance) / 1e5 - 1) < 0.01, `deviation ${Math.sqrt(variance)}`);
  });

  it('of a Poisson process exceed any gap as often as the exponential distribution says', () => {
    const gaps = gapsNs({ kind: 'poisson', ratePerSec: 10_000, seed: 8 }, 100_000);
    for (const multiple of [0.1, 0.5, 1, 2, 4]) {
      const share = gaps.filter((gap) => gap > multiple * 1e5).length / gaps.length;
      const expected = Math.exp(-multiple);
      const standardError = Math.sqrt((expected * (1 - expected)) / gaps.length);
      assert.ok(Math.abs(share - expected) < 4 * standardError, `${share} of the gaps exceed ${multiple} means`);
    }
  });

  it('of a Poisson process are as variable in number as in mean', () => {
    const process = arrivalProcess({ kind: 'poisson', ratePerSec: 20_000, seed: 9 });
    const counts = new Array<number>(5000).fill(0);
    for (let offset = process.next(); offset < 5000 * 1e6; offset = process.next()) {
      const window = Math.floor(offset / 1e6);
      counts[window] = (counts[window] ?? 0) + 1;
    }
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    // 5,000 windows: the variance has a standard error of 2 %.
    assert.ok(Math.abs(variance / mean - 1) < 0.08, `variance ${variance}, mean ${mean}`);
  });
});
