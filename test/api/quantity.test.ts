import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compareQuantities,
  formatQuantity,
  isAmount,
  parseNanos,
  quantityMilliValue,
  quantityValue,
} from '../../src/api/quantity.ts';

const vectors: readonly (readonly [text: string, milli: bigint, value: bigint])[] = [
  ['0', 0n, 0n],
  ['1', 1000n, 1n],
  ['100m', 100n, 1n],
  ['1500m', 1500n, 2n],
  ['0.5', 500n, 1n],
  ['.5', 500n, 1n],
  ['5.', 5000n, 5n],
  ['+2', 2000n, 2n],
  ['-1500m', -1500n, -2n],
  ['1n', 1n, 1n],
  ['1u', 1n, 1n],
  ['1001u', 2n, 1n],
  ['1k', 1_000_000n, 1000n],
  ['1Ki', 1_024_000n, 1024n],
  ['1.5Gi', 1_610_612_736_000n, 1_610_612_736n],
  ['32Gi', 34_359_738_368_000n, 34_359_738_368n],
  ['1e3', 1_000_000n, 1000n],
  ['1E3', 1_000_000n, 1000n],
  ['12e-1', 1200n, 2n],
  ['1E', 1_000_000_000_000_000_000_000n, 1_000_000_000_000_000_000n],
  ['9007199254740993', 9_007_199_254_740_993_000n, 9_007_199_254_740_993n],
];

describe('a quantity', () => {
  for (const [text, milli, value] of vectors) {
    it(`${text} is ${milli} thousandths, and ${value} as a whole number`, () => {
      assert.equal(quantityMilliValue(text), milli);
      assert.equal(quantityValue(text), value);
    });
  }

  it('stops at 2^63 - 1', () => {
    const largest = 2n ** 63n - 1n;
    for (const text of ['8Ei', '9223372036854775807', '1e60', '123456789E']) assert.equal(quantityValue(text), largest);
    assert.equal(quantityValue('-1e60'), -largest);
  });

  it('keeps a trace of what is finer than a nano', () => {
    assert.equal(parseNanos('0.0000000001'), 1n);
    assert.equal(parseNanos('1e-90'), 1n);
    assert.equal(parseNanos('0e-90'), 0n);
  });

  for (const text of ['', 'm', '.', '1.2.3', '1 Gi', '1gi', '1KI', '1e', '1e1.5', 'e3', '--1', '0x10', 'NaN', '1,5']) {
    it(`is not '${text}'`, () => {
      assert.equal(parseNanos(text), undefined);
      assert.equal(isAmount(text), false);
      assert.throws(() => quantityValue(text), /is not a quantity \(allowed: a number with an optional suffix/);
    });
  }

  it('that is negative is no amount', () => assert.equal(isAmount('-1m'), false));
});

/** A decimal number as its digits and the place of its point, and a suffix with its factor. */
const factors: readonly (readonly [suffix: string, numerator: bigint, denominator: bigint])[] = [
  ['n', 1n, 10n ** 9n],
  ['u', 1n, 10n ** 6n],
  ['m', 1n, 1000n],
  ['', 1n, 1n],
  ['k', 1000n, 1n],
  ['M', 10n ** 6n, 1n],
  ['G', 10n ** 9n, 1n],
  ['T', 10n ** 12n, 1n],
  ['Ki', 2n ** 10n, 1n],
  ['Mi', 2n ** 20n, 1n],
  ['Gi', 2n ** 30n, 1n],
  ['e2', 100n, 1n],
  ['E-2', 1n, 100n],
];

interface Written {
  readonly text: string;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** With any of the suffixes less than 2^63, beyond which quantities are cut off. */
const written: fc.Arbitrary<Written> = fc
  .tuple(fc.bigInt({ min: 0n, max: 9n * 10n ** 6n }), fc.nat({ max: 6 }), fc.constantFrom(...factors))
  .map(([digits, decimals, [suffix, numerator, denominator]]) => {
    const text = digits.toString().padStart(decimals + 1, '0');
    const whole = text.slice(0, text.length - decimals);
    const point = decimals === 0 ? '' : `.${text.slice(text.length - decimals)}`;
    return {
      text: `${whole}${point}${suffix}`,
      numerator: digits * numerator,
      denominator: 10n ** BigInt(decimals) * denominator,
    };
  });

const ceiling = (numerator: bigint, denominator: bigint): bigint => (numerator + denominator - 1n) / denominator;

describe('whatever the digits, the point and the suffix, a quantity', () => {
  it('is rounded up once, and only to what is asked for', () => {
    fc.assert(
      fc.property(written, ({ text, numerator, denominator }) => {
        const nanos = ceiling(numerator * 10n ** 9n, denominator);
        assert.equal(parseNanos(text), nanos);
        assert.equal(quantityMilliValue(text), ceiling(nanos, 10n ** 6n));
        assert.equal(quantityValue(text), ceiling(nanos, 10n ** 9n));
      }),
    );
  });

  it('compares as the number it stands for', () => {
    fc.assert(
      fc.property(written, written, (a, b) => {
        const nanos = (one: Written): bigint => ceiling(one.numerator * 10n ** 9n, one.denominator);
        const difference = nanos(a) - nanos(b);
        assert.equal(Math.sign(compareQuantities(a.text, b.text)), difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
  });

  it('is read again from its canonical text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (amount) => {
        assert.equal(quantityValue(formatQuantity(amount, 'BinarySI')), amount);
        assert.equal(quantityValue(formatQuantity(amount, 'DecimalSI')), amount);
        assert.equal(quantityMilliValue(formatQuantity(amount, 'milli')), amount);
      }),
    );
  });
});

describe('the canonical text', () => {
  it('has the largest suffix with which the number stays whole', () => {
    assert.equal(formatQuantity(1024n, 'BinarySI'), '1Ki');
    assert.equal(formatQuantity(1536n, 'BinarySI'), '1536');
    assert.equal(formatQuantity(32n * 2n ** 30n, 'BinarySI'), '32Gi');
    assert.equal(formatQuantity(1000n, 'DecimalSI'), '1k');
    assert.equal(formatQuantity(1_500_000n, 'DecimalSI'), '1500k');
    assert.equal(formatQuantity(250n, 'milli'), '250m');
    assert.equal(formatQuantity(4000n, 'milli'), '4');
    assert.equal(formatQuantity(0n, 'BinarySI'), '0');
    assert.equal(formatQuantity(-2048n, 'BinarySI'), '-2Ki');
  });
});
