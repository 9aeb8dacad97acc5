/** A score for each utilization. Source: kube-scheduler plugins/noderesources/requested_to_capacity_ratio.go. */
import type { ShapePoint } from '../resource-args.ts';
import { utilizationScores } from '../utilization-shape.ts';
import type { Strategy } from './strategy.ts';

/** Whole percent, 0 to 100. */
function utilization(capacity: number, requested: number): number {
  return requested > capacity ? 100 : ((requested * 100) / capacity) | 0;
}

export function requestedToCapacityRatio(shape: readonly ShapePoint[]): Strategy {
  const scoreAt = utilizationScores(shape);
  return {
    score: (capacity, requested) => scoreAt[utilization(capacity, requested)] as number,
    wideScore: (capacity, requested) =>
      scoreAt[requested > capacity ? 100 : Number((requested * 100n) / capacity)] as number,
    skipsZero: true,
    roundsMean: true,

    scorePair({ slots, count }, a, b, scores) {
      const { weight: weightA, amount: amountA } = a;
      const { weight: weightB, amount: amountB } = b;
      const capacitiesA = a.capacity.allocatable;
      const capacitiesB = b.capacity.allocatable;
      const usedA = a.used.requested;
      const usedB = b.used.requested;
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        const capacityA = capacitiesA[slot] as number;
        const capacityB = capacitiesB[slot] as number;
        let scoreA = 0;
        let scoreB = 0;
        if (capacityA !== 0) scoreA = scoreAt[utilization(capacityA, (usedA[slot] as number) + amountA)] as number;
        if (capacityB !== 0) scoreB = scoreAt[utilization(capacityB, (usedB[slot] as number) + amountB)] as number;
        const weights = (scoreA === 0 ? 0 : weightA) + (scoreB === 0 ? 0 : weightB);
        scores[place] = weights === 0 ? 0 : Math.round((weightA * scoreA + weightB * scoreB) / weights);
      }
    },
  };
}
