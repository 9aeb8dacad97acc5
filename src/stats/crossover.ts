/**
 * From which size on is one arm cheaper than another? Costs are joined by straight lines between the sizes that were
 * measured, as costs that grow with the number of rules walked through do; the interval is a bootstrap over the
 * slices of each size.
 */
import { defaultResamples, percentileInterval, resample } from './bootstrap.ts';
import { type Figure, nominalConfidence } from './figure.ts';
import type { ByRound } from './paired-ratio.ts';
import type { Random } from './random.ts';
import { median, sortedSamples } from './samples.ts';

/** Costs of one arm at one size, above 0, by round. */
export interface CostPoint {
  readonly services: number;
  readonly costs: ByRound;
}

/** What becomes of the challenger as the size grows: it becomes cheaper than the incumbent, or dearer. */
export type Direction = 'cheaper' | 'dearer';

export type Crossover =
  /** `between`: the two measured sizes that `at` lies between. */
  | {
      readonly kind: 'crosses';
      readonly direction: Direction;
      readonly at: Figure;
      readonly between: readonly [number, number];
    }
  /** It has crossed by `by` (services) at the latest; at the smallest sizes the two cannot be told apart. */
  | { readonly kind: 'crosses-by'; readonly direction: Direction; readonly by: Figure }
  | { readonly kind: 'always-cheaper'; readonly sweep: readonly [number, number] }
  | { readonly kind: 'never-cheaper'; readonly sweep: readonly [number, number] }
  | { readonly kind: 'undecided'; readonly reason: 'too-few-sizes' | 'too-few-rounds' | 'not-separated' };

/** Rounds that every size needs before the bootstrap is asked. */
export const crossoverMinimumRounds = 5;

interface PairedCosts {
  readonly services: number;
  readonly pairs: readonly (readonly [challenger: number, incumbent: number])[];
}

/** Where a sweep ends up: on which side, and the size at which it got there (the smallest size: from the start). */
interface Outcome {
  readonly cheaperAtEnd: boolean;
  readonly crossedAt: number | undefined;
}

/** Compares two arms over the sizes that both have; rounds that only one has are left out. */
export function crossover(
  challenger: readonly CostPoint[],
  incumbent: readonly CostPoint[],
  random: Random,
  resamples = defaultResamples,
): Crossover {
  const sizes = pairUp(challenger, incumbent);
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined || sizes.length < 2)
    return { kind: 'undecided', reason: 'too-few-sizes' };
  const rounds = Math.min(...sizes.map((size) => size.pairs.length));
  if (rounds < crossoverMinimumRounds) return { kind: 'undecided', reason: 'too-few-rounds' };

  const estimate = outcomeOf(sizes);
  const drawn = Array.from({ length: resamples }, () =>
    outcomeOf(sizes.map((size) => ({ services: size.services, pairs: resample(size.pairs, random) }))),
  );
  const agreeing = drawn.filter((outcome) => outcome.cheaperAtEnd === estimate.cheaperAtEnd);
  const needed = nominalConfidence * resamples;
  if (agreeing.length < needed) return { kind: 'undecided', reason: 'not-separated' };

  const crossed = agreeing.filter((outcome) => outcome.crossedAt !== undefined).length;
  const direction = estimate.cheaperAtEnd ? 'cheaper' : 'dearer';
  if (agreeing.length - crossed >= needed) {
    const sweep = [first.services, last.services] as const;
    return { kind: estimate.cheaperAtEnd ? 'always-cheaper' : 'never-cheaper', sweep };
  }
  // A resample that was on its final side from the start has crossed at or below the first size; one that ended on
  // the other side has not crossed by the last.
  const ats = drawn.map((outcome) =>
    outcome.cheaperAtEnd === estimate.cheaperAtEnd ? (outcome.crossedAt ?? first.services) : last.services,
  );
  const { low, high } = percentileInterval(sortedSamples(ats, 'crossovers'), rounds);
  const at: Figure = {
    estimate: estimate.crossedAt ?? first.services,
    low,
    high,
    confidence: nominalConfidence,
    n: rounds,
    unit: 'services',
  };
  if (crossed < needed || estimate.crossedAt === undefined) {
    return { kind: 'crosses-by', direction, by: { ...at, estimate: high } };
  }
  return { kind: 'crosses', direction, at, between: bracket(sizes, at.estimate) };
}

function pairUp(challenger: readonly CostPoint[], incumbent: readonly CostPoint[]): PairedCosts[] {
  const others = new Map(incumbent.map((point) => [point.services, point.costs]));
  return challenger
    .map(({ services, costs }) => ({
      services,
      pairs: [...costs].flatMap(([round, cost]) => {
        const other = others.get(services)?.get(round);
        return other === undefined ? [] : [[cost, other] as const];
      }),
    }))
    .filter((size) => size.pairs.length > 0)
    .sort((a, b) => a.services - b.services);
}

/** The last change of sign of the difference of medians decides; what happened before it was not lasting. */
function outcomeOf(sizes: readonly PairedCosts[]): Outcome {
  const differences = sizes.map(({ services, pairs }) => ({
    services,
    difference: median(sortedSamples(pairs.map(([a]) => a))) - median(sortedSamples(pairs.map(([, b]) => b))),
  }));
  const end = differences.at(-1);
  const cheaperAtEnd = (end?.difference ?? 0) < 0;
  for (let place = differences.length - 2; place >= 0; place -= 1) {
    const [before, after] = [differences[place], differences[place + 1]];
    if (before === undefined || after === undefined) break;
    if (before.difference < 0 === cheaperAtEnd) continue;
    const share = before.difference / (before.difference - after.difference);
    return { cheaperAtEnd, crossedAt: before.services + share * (after.services - before.services) };
  }
  return { cheaperAtEnd, crossedAt: undefined };
}

function bracket(sizes: readonly PairedCosts[], at: number): readonly [number, number] {
  const services = sizes.map((size) => size.services);
  const below = services.filter((size) => size <= at).at(-1) ?? at;
  return [below, services.find((size) => size > below) ?? below];
}
