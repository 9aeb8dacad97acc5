/** Values as Go's fmt writes them. */

/** A value that Go's template functions would refuse; whoever knows the place adds it. */
export class ValueError extends Error {}

/** What `%v` gives. @throws ValueError where there is no value. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) throw new ValueError('there is no value here');
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(' ')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, field]) => `${key}:${formatValue(field)}`).join(' ')}]`;
}

/** The shortest text that reads back the same; exponents from 1e21 and below 1e-4, with two digits. */
function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e21) ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

const directive = /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** Go's Sprintf for the verbs v d s q t f e g x X o b. @throws ValueError for others, and for missing arguments. */
export function sprintf(format: string, values: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(directive, (whole, flags: string, width?: string, precision?: string, verb?: string) => {
    if (verb === '%') return '%';
    if (next >= values.length) throw new ValueError(`printf: no argument for ${whole}`);
    const body = formatVerb(verb ?? '', values[next], precision === undefined ? undefined : Number(precision), whole);
    next += 1;
    return pad(flags.includes('+') && /^[\d.]/.test(body) ? `+${body}` : body, flags, Number(width ?? 0));
  });
  if (next < values.length) throw new ValueError(`printf: ${values.length - next} arguments too many`);
  return text;
}

function formatVerb(verb: string, value: unknown, precision: number | undefined, whole: string): string {
  switch (verb) {
    case 'v':
    case 's':
      return verb === 's' && precision !== undefined ? formatValue(value).slice(0, precision) : formatValue(value);
    case 'q':
      return JSON.stringify(formatValue(value));
    case 't':
      return formatValue(value);
    case 'd':
      return wholeNumber(value, whole).toString();
    case 'x':
      return wholeNumber(value, whole).toString(16);
    case 'X':
      return wholeNumber(value, whole).toString(16).toUpperCase();
    case 'o':
      return wholeNumber(value, whole).toString(8);
    case 'b':
      return wholeNumber(value, whole).toString(2);
    case 'f':
      return toNumber(value).toFixed(precision ?? 6);
    case 'e':
      return toNumber(value)
        .toExponential(precision ?? 6)
        .replace(/e([+-])(\d)$/, 'e$10$2');
    case 'g':
      return precision === undefined
        ? formatNumber(toNumber(value))
        : formatNumber(Number(toNumber(value).toPrecision(precision)));
    default:
      throw new ValueError(`printf: ${whole} is not supported; use v, d, s, q, t, f, e, g, x, o or b`);
  }
}

function pad(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function wholeNumber(value: unknown, whole: string): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new ValueError(`printf: ${whole} takes a whole number, not ${JSON.stringify(value)}`);
}

/** Numbers, and texts that are numbers, as scheduler_perf's functions take them. @throws ValueError for others. */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isNaN(parsed)) return parsed;
  throw new ValueError(`${value === undefined ? 'what is not there' : JSON.stringify(value)} is not a number`);
}
