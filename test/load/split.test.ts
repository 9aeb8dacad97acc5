import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Arrivals } from '../../native/traffic/index.ts';
import { splitLoad } from '../../src/load/split.ts';

const arrivals: fc.Arbitrary<Arrivals> = fc.oneof(
  fc.constant({ kind: 'closed' } as const),
  fc.record({
    kind: fc.constantFrom('constant' as const, 'poisson' as const),
    ratePerSec: fc.double({ min: 1, max: 1e6, noNaN: true }),
    seed: fc.maxSafeInteger(),
  }),
);
const slices = fc.record({
  connections: fc.integer({ min: 1, max: 500 }),
  arrivals,
  sources: fc.uniqueArray(fc.ipV4(), { maxLength: 20 }),
});

describe('a load divided among generators', () => {
  it('loses and invents nothing', () => {
    fc.assert(
      fc.property(slices, fc.integer({ min: 1, max: 16 }), (slice, generators) => {
        const shares = splitLoad(slice, generators);
        assert.equal(shares.length, Math.min(generators, slice.connections));
        assert.equal(
          shares.reduce((sum, share) => sum + share.connections, 0),
          slice.connections,
        );
        assert.deepEqual(new Set(shares.flatMap((share) => share.sources)), new Set(slice.sources));
        if (slice.arrivals.kind === 'closed') return;
        const rates = shares.map((share) => (share.arrivals.kind === 'closed' ? 0 : share.arrivals.ratePerSec));
        const rate = rates.reduce((sum, own) => sum + own, 0);
        assert.ok(Math.abs(rate / slice.arrivals.ratePerSec - 1) < 1e-9);
      }),
    );
  });

  it('is divided evenly: shares differ by one connection at most', () => {
    fc.assert(
      fc.property(slices, fc.integer({ min: 1, max: 16 }), (slice, generators) => {
        const connections = splitLoad(slice, generators).map((share) => share.connections);
        assert.ok(Math.max(...connections) - Math.min(...connections) <= 1);
      }),
    );
  });

  it('gives every generator a seed of its own, the first one that of the slice', () => {
    const shares = splitLoad(
      { connections: 8, arrivals: { kind: 'poisson', ratePerSec: 100, seed: 12 }, sources: [] },
      8,
    );
    const seeds = shares.map((share) => (share.arrivals.kind === 'closed' ? undefined : share.arrivals.seed));
    assert.equal(seeds[0], 12);
    assert.equal(new Set(seeds).size, 8);
  });

  it('lets generators share source addresses only when there are too few', () => {
    const sources = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    const of = (generators: number): unknown =>
      splitLoad({ connections: 8, arrivals: { kind: 'closed' }, sources }, generators).map((share) => share.sources);
    assert.deepEqual(of(2), [['10.0.0.1', '10.0.0.3'], ['10.0.0.2']]);
    assert.deepEqual(of(4), [sources, sources, sources, sources]);
  });
});
