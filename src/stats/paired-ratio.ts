/** How much more one arm costs than another, from the rounds in which both were measured. */
import { statsErrors } from './errors.ts';
import { type Figure, nominalConfidence } from './figure.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';

/** One value per round, above 0. Both arms of a round were measured close together, in random order. */
export type ByRound = ReadonlyMap<number, number>;

/**
 * The ratio subject / reference (1.2: the subject costs 20 % more): Hodges-Lehmann on the log ratios of the rounds
 * that both have. Drift of the machine is common to the two slices of a round and cancels.
 * @returns undefined when no round has both
 * @throws StatsError on a value of 0 or below
 */
export function pairedRatio(subject: ByRound, reference: ByRound): Figure | undefined {
  return ratioOfLogs(pairedLogRatios(subject, reference));
}

/** ln(subject / reference) of each round that both have. @throws StatsError on a value of 0 or below. */
export function pairedLogRatios(subject: ByRound, reference: ByRound): number[] {
  const logs: number[] = [];
  for (const [round, value] of subject) {
    const other = reference.get(round);
    if (other === undefined) continue;
    for (const cost of [value, other]) {
      if (!(cost > 0)) throw statsErrors.notPositive('a paired ratio', cost);
    }
    logs.push(Math.log(value / other));
  }
  return logs;
}

/** The common ratio behind paired log ratios; several points of a sweep may be pooled. Undefined when there is none. */
export function ratioOfLogs(logs: readonly number[], asked = nominalConfidence): Figure | undefined {
  if (logs.length === 0) return undefined;
  const figure = hodgesLehmann(logs, 'ratio', asked);
  return {
    ...figure,
    estimate: Math.exp(figure.estimate),
    low: Math.exp(figure.low),
    high: Math.exp(figure.high),
  };
}
