/** From which weight of a plugin on another node would win. Pure. */
import type { FeasibleNode } from './explanation.ts';

export interface TippingWeight {
  readonly plugin: string;
  readonly weight: number;
  /** The nearest whole weight at which `node` has the highest total alone. */
  readonly newWeight: number;
  readonly node: string;
}

/** More than kube-scheduler's configuration takes. */
const maxWeight = 100;

/**
 * For each plugin the smallest change of its weight, up or down to 1, that takes the lead from all of `best`. Scores do
 * not depend on weights, so totals are straight lines over each weight, and the answer is exact.
 */
export function tippingWeights(nodes: readonly FeasibleNode[], best: readonly string[]): TippingWeight[] {
  const [example] = nodes;
  if (example === undefined) return [];
  return example.scores.flatMap(({ plugin, weight }, place) => {
    const leaderAt = (newWeight: number): string | undefined => {
      const totals = nodes.map(({ node, total, scores }) => ({
        node,
        total: total + (newWeight - weight) * (scores[place]?.normalized ?? 0),
      }));
      const highest = Math.max(...totals.map(({ total }) => total));
      const leaders = totals.filter(({ total }) => total === highest);
      return leaders.length === 1 ? leaders[0]?.node : undefined;
    };
    for (let distance = 1; distance < maxWeight; distance += 1) {
      for (const newWeight of [weight + distance, weight - distance]) {
        if (newWeight < 1 || newWeight > maxWeight) continue;
        const leader = leaderAt(newWeight);
        if (leader !== undefined && !best.includes(leader)) return [{ plugin, weight, newWeight, node: leader }];
      }
    }
    return [];
  });
}
