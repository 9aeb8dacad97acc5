import assert from 'node:assert/strict';
import { compactSparse } from '../../src/stats/compact-histogram.ts';
import { bucketCount, bucketIndex } from '../../src/stats/histogram.ts';
import { HistogramBlocks, maxBlocks } from '../../src/stats/histogram-blocks.ts';
import { percentileFigures } from '../../src/stats/percentile-figures.ts';
import { percentile, totalCount } from '../../src/stats/percentiles.ts';
import { createRandom, type Random } from '../../src/stats/random.ts';
import { type SparseCounts, toSparse } from '../../src/stats/sparse-histogram.ts';

/** A slice of exponential latencies whose mean drifts from slice to slice by up to `drift`. */
function slice(random: Random, requests: number, drift: number): SparseCounts {
  const counts = new Float64Array(bucketCount);
  const meanNs = 100_000 * (1 + drift * (random.next() - 0.5));
  for (let request = 0; request < requests; request += 1) {
    const index = bucketIndex(Math.floor(-Math.log(1 - random.next()) * meanNs));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return toSparse(counts);
}

function blocksOf(slices: readonly SparseCounts[]): HistogramBlocks {
  const blocks = new HistogramBlocks();
  for (const histogram of slices) blocks.add(compactSparse(histogram));
  return blocks;
}

describe('percentiles over many slices', () => {
  it('keep every sample however many slices there are, in bounded memory', () => {
    const random = createRandom(1);
    for (const slices of [1, maxBlocks, maxBlocks + 1, 5 * maxBlocks + 3]) {
      const blocks = blocksOf(Array.from({ length: slices }, () => slice(random, 3, 0)));
      assert.equal(blocks.slices, slices);
      assert.ok(blocks.blocks.length <= maxBlocks && blocks.blocks.length >= Math.min(slices, maxBlocks / 2));
      const total = blocks.total();
      assert.equal(total && totalCount(total), 3 * slices);
    }
    assert.equal(new HistogramBlocks().total(), undefined);
  });

  it('are those of the merged histogram, inside their interval', () => {
    const random = createRandom(2);
    const blocks = blocksOf(Array.from({ length: 20 }, () => slice(random, 500, 0.2)));
    const total = blocks.total();
    assert.ok(total !== undefined);
    const quantiles = [0.5, 0.9, 0.99, 0.999];
    for (const [place, figure] of percentileFigures(blocks, quantiles, createRandom(1)).entries()) {
      assert.equal(figure.estimate, percentile(total, quantiles[place] ?? 0));
      assert.ok(figure.low < figure.estimate && figure.estimate < figure.high);
      assert.deepEqual([figure.n, figure.confidence, figure.unit], [20, 0.95, 'ns']);
    }
  });

  it('repeat for the same seed', () => {
    const random = createRandom(3);
    const blocks = blocksOf(Array.from({ length: 10 }, () => slice(random, 100, 0.2)));
    assert.deepEqual(
      percentileFigures(blocks, [0.5, 0.99], createRandom(7)),
      percentileFigures(blocks, [0.5, 0.99], createRandom(7)),
    );
  });

  it('have the range of the slices, and say so, below 6 slices', () => {
    const histogram = (valueNs: number): SparseCounts => ({ layout: 'log-linear-7', buckets: [[valueNs, 10]] });
    const [figure] = percentileFigures(blocksOf([100, 110, 120].map(histogram)), [0.5], createRandom(1));
    assert.deepEqual(figure, { estimate: 110, low: 100, high: 120, confidence: 0.75, n: 3, unit: 'ns' });
    assert.deepEqual(percentileFigures(new HistogramBlocks(), [0.5], createRandom(1)), []);
  });

  it('cover the true percentile about as often as they claim, though slices drift', () => {
    const random = createRandom(4);
    const drift = 0.3;
    const truth = blocksOf(Array.from({ length: 3000 }, () => slice(random, 100, drift))).total();
    assert.ok(truth !== undefined);
    const trials = 120;
    for (const n of [8, 20]) {
      const covered = [0, 0];
      for (let trial = 0; trial < trials; trial += 1) {
        const blocks = blocksOf(Array.from({ length: n }, () => slice(random, 100, drift)));
        for (const [place, figure] of percentileFigures(blocks, [0.5, 0.9], random, 200).entries()) {
          const exact = percentile(truth, [0.5, 0.9][place] ?? 0);
          if (figure.low <= exact && exact <= figure.high) covered[place] = (covered[place] ?? 0) + 1;
        }
      }
      for (const count of covered) assert.ok(count / trials > 0.89 && count / trials <= 1, `n = ${n}: ${covered}`);
    }
  });
});
