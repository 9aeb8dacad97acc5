/** Ticks of logarithmic axes: round numbers, as many as can be read. */

/** 1, 2, 5, 10, ... within `low` to `high`; only powers of ten when that would be more than `most`. */
export function logTicks(low: number, high: number, most = 7): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    // 10 ** -3 is exact as a quotient only.
    for (const step of [1, 2, 5]) all.push(power < 0 ? step / 10 ** -power : step * 10 ** power);
  }
  const inside = all.filter((tick) => tick >= low && tick <= high);
  if (inside.length <= most) return inside;
  const powers = inside.filter((tick) => Number.isInteger(Math.log10(tick)));
  return powers.length < 2 ? inside : powers;
}

/** The values that `low` to `high` needs, widened to the next tick on either side by at most a factor. */
export function logDomain(values: readonly number[], factor = 1.15): [number, number] {
  const sizes = values.filter((value) => value > 0);
  if (sizes.length === 0) return [1, 10];
  return [Math.min(...sizes) / factor, Math.max(...sizes) * factor];
}
