/** Numbers for people: three significant digits, one unit for numbers that stand together. */
import type { Figure, Unit } from '../stats/figure.ts';

/** A unit for numbers that are shown together, and how many decimals the smallest of them needs. */
export interface Scale {
  readonly symbol: string;
  readonly divisor: number;
  readonly decimals: number;
}

const prefixes: Readonly<Record<string, readonly (readonly [symbol: string, divisor: number])[]>> = {
  ns: [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', 1e6],
    ['s', 1e9],
  ],
  bytes: [
    ['B', 1],
    ['kB', 1e3],
    ['MB', 1e6],
  ],
};

/** Thousands are set apart by commas: 10,000. */
export function formatCount(value: number): string {
  return formatFixed(Math.round(value), 0);
}

/** `decimals` digits after the point, thousands set apart by commas. */
export function formatFixed(value: number, decimals: number): string {
  const [whole = '', fraction] = value.toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The scale in which the smallest of `values` still has three significant digits and the largest is readable. */
export function scaleFor(unit: Unit, values: readonly number[]): Scale {
  const sizes = values.map(Math.abs).filter((value) => value > 0);
  const smallest = Math.min(...sizes, Number.POSITIVE_INFINITY);
  const largest = Math.max(...sizes, 0);
  // The geometric middle decides the prefix, so that neither end is written with many zeros.
  const middle = sizes.length === 0 ? 1 : Math.sqrt(smallest * largest);
  const base = unit === 'ns/packet' ? 'ns' : unit;
  const [symbol, divisor] = prefixes[base]?.findLast(([, step]) => step <= middle) ?? [symbolOf(unit), 1];
  const digits = sizes.length === 0 ? 0 : 2 - Math.floor(Math.log10(smallest / divisor));
  const most = unit === 'operations' || unit === 'services' ? 0 : 3;
  return { symbol, divisor, decimals: Math.max(0, Math.min(most, digits)) };
}

function symbolOf(unit: Unit): string {
  switch (unit) {
    case 'ns':
    case 'ns/packet':
      return 'ns';
    case '1/s':
      return '/s';
    case 'bytes':
      return 'B';
    case 'ratio':
      return '×';
    case 'share':
    case 'operations':
    case 'services':
      return '';
  }
}

export function formatScaled(value: number, scale: Scale): string {
  return formatFixed(value / scale.divisor, scale.decimals);
}

/** One number with its unit, three significant digits: 6.02 µs. */
export function formatValue(value: number, unit: Unit): string {
  const { symbol, divisor } = scaleFor(unit, [value]);
  const number = significant(value / divisor);
  if (symbol === '') return number;
  return symbol === '×' ? `×${number}` : `${number} ${symbol}`;
}

/** Three significant digits without an exponent; whole numbers keep all of theirs. */
function significant(value: number): string {
  if (value === 0) return '0';
  return formatFixed(value, Math.max(0, Math.min(9, 2 - Math.floor(Math.log10(Math.abs(value))))));
}

/** 6.02 µs [5.98 to 6.05]: one unit for all three. A single value has no interval. */
export function formatFigure(figure: Figure): string {
  if (figure.n === 1) return formatValue(figure.estimate, figure.unit);
  const { divisor } = scaleFor(figure.unit, [figure.estimate]);
  return `${formatValue(figure.estimate, figure.unit)} [${significant(figure.low / divisor)} to ${significant(figure.high / divisor)}]`;
}

/** A ratio as a multiple: ×1.21, ×13.3. */
export function formatMultiple(ratio: number): string {
  return `×${formatFixed(ratio, ratio < 9.995 ? 2 : 1)}`;
}

/** A ratio as a difference: +21 %, −3.4 %, ±0 %. */
export function formatPercentChange(ratio: number): string {
  const percent = (ratio - 1) * 100;
  const size = Math.abs(percent);
  const text = size >= 9.95 ? formatFixed(size, 0) : size.toFixed(1);
  if (Number(text.replaceAll(',', '')) === 0) return '±0 %';
  return `${percent > 0 ? '+' : '−'}${text} %`;
}

/** Services counts are known to two digits at best: 320 rather than 317.4. */
export function formatAbout(services: number): string {
  if (services < 10) return formatFixed(services, 0);
  const step = 10 ** (Math.floor(Math.log10(services)) - 1);
  return formatCount(Math.round(services / step) * step);
}

/** a, b and c. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
