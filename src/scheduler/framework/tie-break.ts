/** Which of the nodes with the highest score is taken. */
import type { Random } from '../../stats/random.ts';
import type { NodeBlock } from './node-block.ts';

/**
 * `seeded`: one of them, all equally likely. `first`: the first in visiting order. `reservoir`: as kube-scheduler up
 * to 1.34 draws, one random number for each further node with the highest score so far.
 */
export const tieBreaks = ['seeded', 'first', 'reservoir'] as const;
export type TieBreak = (typeof tieBreaks)[number];

/** The slot chosen; `nodes` must not be empty. */
export function pickBest(nodes: NodeBlock, totals: Float64Array, tieBreak: TieBreak, random: Random): number {
  const { slots, count } = nodes;
  let best = totals[0] as number;
  let chosen = 0;
  let ties = 1;
  for (let place = 1; place < count; place += 1) {
    const total = totals[place] as number;
    if (total < best) continue;
    if (total > best) {
      best = total;
      chosen = place;
      ties = 1;
      continue;
    }
    ties += 1;
    if (tieBreak === 'reservoir' && Math.floor(random.next() * ties) === 0) chosen = place;
  }
  if (tieBreak === 'seeded' && ties > 1) chosen = nthOf(totals, count, best, Math.floor(random.next() * ties));
  return slots[chosen] as number;
}

function nthOf(totals: Float64Array, count: number, best: number, nth: number): number {
  let left = nth;
  for (let place = 0; place < count; place += 1) {
    if (totals[place] === best && left-- === 0) return place;
  }
  return 0;
}
