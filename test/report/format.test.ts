import assert from 'node:assert/strict';
import fc from 'fast-check';
import { logDomain, logTicks } from '../../src/report/charts/ticks.ts';
import {
  formatAbout,
  formatCount,
  formatFigure,
  formatMultiple,
  formatPercentChange,
  formatScaled,
  formatValue,
  joinWords,
  scaleFor,
} from '../../src/report/format.ts';

describe('numbers for people', () => {
  it('have three significant digits and a unit of their size', () => {
    assert.equal(formatValue(850, 'ns'), '850 ns');
    assert.equal(formatValue(6020, 'ns/packet'), '6.02 µs');
    assert.equal(formatValue(12_345_678, 'ns'), '12.3 ms');
    assert.equal(formatValue(61.7e9, 'ns'), '61.7 s');
    assert.equal(formatValue(16_384, '1/s'), '16,384 /s');
    assert.equal(formatValue(1_450_000, 'bytes'), '1.45 MB');
    assert.equal(formatValue(1.2345, 'ratio'), '×1.23');
    assert.equal(formatValue(0, 'ns'), '0 ns');
  });

  it('share one unit with their interval', () => {
    const figure = { estimate: 1_050_000, low: 990_000, high: 1_100_000, confidence: 0.95, n: 20, unit: 'ns' } as const;
    assert.equal(formatFigure(figure), '1.05 ms [0.990 to 1.10]');
  });

  it('share one unit and one number of decimals in a column', () => {
    const scale = scaleFor('ns', [1100, 61_700]);
    assert.deepEqual(
      [1100, 14_736, 61_700].map((value) => formatScaled(value, scale)),
      ['1.10', '14.74', '61.70'],
    );
    assert.equal(scaleFor('operations', [3, 30_000]).decimals, 0);
    assert.equal(scaleFor('ns', []).symbol, 'ns');
  });

  it('set thousands apart', () => {
    assert.deepEqual([0, 999, 1000, 1234567].map(formatCount), ['0', '999', '1,000', '1,234,567']);
  });

  it('word ratios as changes and multiples', () => {
    assert.deepEqual([1.21, 0.966, 1, 1.0004, 30].map(formatPercentChange), [
      '+21 %',
      '−3.4 %',
      '±0 %',
      '±0 %',
      '+2,900 %',
    ]);
    assert.deepEqual([1.214, 13.26, 0.9].map(formatMultiple), ['×1.21', '×13.3', '×0.90']);
  });

  it('round Service counts to what is known of them', () => {
    assert.deepEqual([1, 7.4, 66.4, 317.4, 12_345].map(formatAbout), ['1', '7', '66', '320', '12,000']);
  });

  it('join words', () => {
    assert.deepEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(joinWords), ['', 'a', 'a and b', 'a, b and c']);
  });

  it('give logarithmic axes round ticks: enough, inside, ascending', () => {
    assert.deepEqual(logTicks(1, 10_000), [1, 10, 100, 1000, 10_000]);
    assert.deepEqual(logTicks(0.9, 62), [1, 2, 5, 10, 20, 50]);
    assert.deepEqual(logTicks(500, 1000), [500, 600, 700, 800, 900, 1000]);
    const size = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(size, fc.double({ min: 1.5, max: 1e6, noNaN: true }), (low, ratio) => {
        const ticks = logTicks(low, low * ratio);
        assert.ok(ticks.length >= 2, `${ticks}`);
        assert.ok(ticks.every((tick, place) => tick >= low && tick <= low * ratio && tick > (ticks[place - 1] ?? 0)));
      }),
    );
  });

  it('keep an axis usable without values', () => {
    assert.deepEqual(logDomain([]), [1, 10]);
    assert.deepEqual(logDomain([0, -1, 5], 2), [2.5, 10]);
  });
});
