/**
 * Exact Kubernetes quantities: integers all the way, because 64-bit amounts of bytes do not fit a double.
 * Source: k8s.io/apimachinery/pkg/api/resource quantity.go (grammar, rounding up, saturation at 64 bits).
 */

/** Nanos per unit: the finest that a quantity can say; finer ones are rounded up. */
const scale = 1_000_000_000n;
const nanosPerMilli = 1_000_000n;
const nanoDigits = 9;
const largest = 2n ** 63n - 1n;

const binary: Readonly<Record<string, bigint>> = {
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
  Pi: 2n ** 50n,
  Ei: 2n ** 60n,
};
const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

const grammar = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;
const longestDigits = 64;

/** What a quantity may look like, for messages. */
export const quantityForm = 'a number with an optional suffix: m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, or e3';

/** In nanos, exact; undefined for a text that is no quantity. */
export function parseNanos(text: string): bigint | undefined {
  const match = grammar.exec(text);
  if (match === null || text.length > longestDigits) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const factor = binary[suffix];
  const nanos =
    factor === undefined
      ? shifted(digits, decimalExponent(suffix) + nanoDigits - fraction.length)
      : ceilDivided(digits * factor * scale, 10n ** BigInt(fraction.length));
  const limited = nanos > largest * scale ? largest * scale : nanos;
  return sign === '-' ? -limited : limited;
}

function decimalExponent(suffix: string): number {
  return decimalExponents[suffix] ?? Math.max(-100, Math.min(100, Number.parseInt(suffix.slice(1), 10)));
}

/** `digits` × 10^exponent, rounded up. */
function shifted(digits: bigint, exponent: number): bigint {
  return exponent >= 0 ? digits * 10n ** BigInt(exponent) : ceilDivided(digits, 10n ** BigInt(-exponent));
}

/** Of numbers that are not negative. */
function ceilDivided(amount: bigint, divisor: bigint): bigint {
  return (amount + divisor - 1n) / divisor;
}

/** Away from zero, as Quantity rounds. */
function roundedUp(nanos: bigint, unit: bigint): bigint {
  return nanos < 0n ? -ceilDivided(-nanos, unit) : ceilDivided(nanos, unit);
}

const known = new Map<string, bigint>();
/** Clusters repeat a handful of texts; a trace may not. */
const rememberedTexts = 4096;

function nanosOf(text: string): bigint {
  const remembered = known.get(text);
  if (remembered !== undefined) return remembered;
  const nanos = parseNanos(text);
  if (nanos === undefined) throw new RangeError(`'${text}' is not a quantity (allowed: ${quantityForm})`);
  remember(text, nanos);
  return nanos;
}

function remember(text: string, nanos: bigint): void {
  if (known.size < rememberedTexts) known.set(text, nanos);
}

/** Whether the text is a quantity of 0 or more. */
export function isAmount(text: string): boolean {
  const nanos = known.get(text) ?? parseNanos(text);
  if (nanos === undefined || nanos < 0n) return false;
  remember(text, nanos);
  return true;
}

/** Whole units, rounded up: Quantity.Value(). @throws RangeError for a text that is no quantity */
export function quantityValue(text: string): bigint {
  return roundedUp(nanosOf(text), scale);
}

/**
 * Thousandths, rounded up, which the API server does with every quantity that it stores. Unlike Quantity.MilliValue()
 * without a limit: sums of bytes pass through here. @throws RangeError for a text that is no quantity
 */
export function quantityMilliValue(text: string): bigint {
  return roundedUp(nanosOf(text), nanosPerMilli);
}

/** Negative, 0 or positive as `a` is less than, equal to or more than `b`. @throws RangeError */
export function compareQuantities(a: string, b: string): number {
  const [left, right] = [nanosOf(a), nanosOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** How `formatQuantity` counts: in units with suffixes of powers of 1024 or of 1000, or in thousandths. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'milli';

/**
 * The canonical text: the largest suffix with which the number stays whole. Like Quantity, BinarySI writes less than
 * 1024 without a suffix.
 */
export function formatQuantity(amount: bigint, format: QuantityFormat): string {
  if (format === 'milli') {
    return amount % 1000n === 0n ? formatQuantity(amount / 1000n, 'DecimalSI') : `${amount}m`;
  }
  const suffixes = format === 'BinarySI' ? binarySuffixes : decimalSuffixes;
  for (const [suffix, factor] of suffixes)
    if (amount !== 0n && amount % factor === 0n) return `${amount / factor}${suffix}`;
  return `${amount}`;
}

const binarySuffixes = Object.entries(binary).reverse();
const decimalSuffixes = Object.entries(decimalExponents)
  .filter(([, exponent]) => exponent > 0)
  .map(([suffix, exponent]) => [suffix, 10n ** BigInt(exponent)] as const)
  .reverse();
