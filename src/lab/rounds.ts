/** Rounds: every arm once, in seeded random order, again and again until the time is spent. */
import type { Random } from '../stats/random.ts';
import type { TimeBox } from './lab-spec.ts';

/** Fisher-Yates on a copy. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const pick = Math.floor(random.next() * (last + 1));
    [result[last], result[pick]] = [result[pick] as Item, result[last] as Item];
  }
  return result;
}

/** What an earlier, interrupted run has already spent on a stage. */
export interface Progress {
  readonly rounds: number;
  readonly spentNs: number;
}

/**
 * The numbers of the rounds to make. A round is decided on before it begins and then completed, so that all arms
 * have the same number of slices; the time that a round took is what decides whether another one fits.
 */
export function* roundsWithin(
  box: TimeBox,
  nowNs: () => number,
  done: Progress = { rounds: 0, spentNs: 0 },
): Generator<number> {
  const startedNs = nowNs() - done.spentNs;
  let made = done.rounds;
  while (made < box.maxRounds) {
    const spentNs = nowNs() - startedNs;
    const nextNs = made === 0 ? 0 : spentNs / made;
    if (made >= box.minRounds && spentNs + nextNs > box.seconds * 1e9) return;
    yield made;
    made += 1;
  }
}
