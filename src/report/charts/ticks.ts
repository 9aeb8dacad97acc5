/** Ticks of logarithmic axes: round numbers, as many as can be read. */

/** Multiples of a power of ten, from coarse to fine. */
const steps = [
  [1],
  [1, 2, 5],
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
];

/** Enough to read a value off an axis. */
const fewest = 4;

/** Round numbers within `low` to `high`, both above 0: the coarsest that are at least four. */
export function logTicks(low: number, high: number): number[] {
  let ticks: number[] = [];
  for (const multiples of steps) {
    ticks = multiplesWithin(low, high, multiples);
    if (ticks.length >= fewest) break;
  }
  return ticks;
}

function multiplesWithin(low: number, high: number, multiples: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    // Rounded, because 1.4 * 10 ** 3 is not quite 1400.
    for (const multiple of multiples) ticks.push(Number((multiple * 10 ** power).toPrecision(3)));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** The range of `values` above 0, widened on either side by a factor. */
export function logDomain(values: readonly number[], factor = 1.15): [number, number] {
  const sizes = values.filter((value) => value > 0);
  if (sizes.length === 0) return [1, 10];
  return [Math.min(...sizes) / factor, Math.max(...sizes) * factor];
}
