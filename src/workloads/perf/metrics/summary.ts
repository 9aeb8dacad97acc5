/** Averages and percentiles of plain numbers, by scheduler_perf's rule. */

/** The buckets of a data item. */
export type Summary = Readonly<Record<string, number>>;

/** Sorted ascending, once. */
export type Sorted = readonly number[] & { readonly sorted: unique symbol };

export function sorted(values: Iterable<number>): Sorted {
  return Float64Array.from(values).sort() as unknown as Sorted;
}

/** The value of rank ⌈n·percent/100⌉: always one that was observed. NaN of nothing. */
export function percentileOf(values: Sorted, percent: number): number {
  return values[Math.ceil((values.length * percent) / 100) - 1] ?? Number.NaN;
}

/** Average, Perc50, Perc90, Perc95 and Perc99; undefined of nothing. */
export function summarize(values: Iterable<number>): Summary | undefined {
  const ordered = sorted(values);
  if (ordered.length === 0) return undefined;
  let sum = 0;
  for (const value of ordered) sum += value;
  return {
    Average: sum / ordered.length,
    Perc50: percentileOf(ordered, 50),
    Perc90: percentileOf(ordered, 90),
    Perc95: percentileOf(ordered, 95),
    Perc99: percentileOf(ordered, 99),
  };
}

/** The highest value, 0 of nothing. */
export function maximum(values: Iterable<number>): number {
  let highest = 0;
  for (const value of values) if (value > highest) highest = value;
  return highest;
}
