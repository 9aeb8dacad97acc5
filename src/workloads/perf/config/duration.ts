/** Durations as Go writes them: `300ms`, `1m30s`, `1.5h`. */

const unitsMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds; undefined for what is no duration. */
export function parseDurationMs(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  let totalMs = 0;
  let place = 0;
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
  while (place < body.length) {
    part.lastIndex = place;
    const found = part.exec(body);
    if (found === null) return undefined;
    totalMs += Number(found[1]) * (unitsMs[found[2] ?? ''] ?? Number.NaN);
    place = part.lastIndex;
  }
  return body === '' ? undefined : sign * totalMs;
}
