/** Kubernetes quantities without loss: 64-bit sizes in bytes do not fit a double. */

const suffixes: Readonly<Record<string, readonly [numerator: bigint, denominator: bigint]>> = {
  n: [1n, 10n ** 9n],
  u: [1n, 10n ** 6n],
  m: [1n, 1000n],
  '': [1n, 1n],
  k: [1000n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [2n ** 10n, 1n],
  Mi: [2n ** 20n, 1n],
  Gi: [2n ** 30n, 1n],
  Ti: [2n ** 40n, 1n],
  Pi: [2n ** 50n, 1n],
  Ei: [2n ** 60n, 1n],
};

/** Thousandths, rounded up: the API server keeps no finer ones. */
export function milliOf(quantity: string): bigint {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(quantity);
  if (parts === null) throw new Error(`'${quantity}' is no quantity`);
  const [, sign, whole = '', fraction = '', exponent = '0', suffix = ''] = parts;
  const [numerator, denominator] = suffixes[suffix] as readonly [bigint, bigint];
  const power = BigInt(exponent) - BigInt(fraction.length);
  const digits = BigInt(`${whole}${fraction}` || '0') * numerator * 1000n;
  const [above, below] = power < 0n ? [digits, denominator * 10n ** -power] : [digits * 10n ** power, denominator];
  const magnitude = ceilDivide(above, below);
  return sign === '-' ? -magnitude : magnitude;
}

/** Whole units, rounded up. */
export const unitsOfMilli = (milli: bigint): bigint => ceilDivide(milli, 1000n);
export const unitsOf = (quantity: string): bigint => unitsOfMilli(milliOf(quantity));

function ceilDivide(above: bigint, below: bigint): bigint {
  const quotient = above / below;
  return quotient * below < above ? quotient + 1n : quotient;
}
