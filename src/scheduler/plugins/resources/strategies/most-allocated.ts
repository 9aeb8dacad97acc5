/** The fuller, the better. Source: kube-scheduler plugins/noderesources/most_allocated.go. */
import type { Strategy } from './strategy.ts';

/** More than everything is possible, where containers without requests are taken to use something. */
function score(capacity: number, requested: number): number {
  return requested > capacity ? 100 : ((requested * 100) / capacity) | 0;
}

export const mostAllocated: Strategy = {
  score,
  wideScore: (capacity, requested) => (requested > capacity ? 100 : Number((requested * 100n) / capacity)),
  skipsZero: false,
  roundsMean: false,

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
      let sum = 0;
      let weights = 0;
      if (capacityA !== 0) {
        weights = weightA;
        sum = weightA * score(capacityA, (usedA[slot] as number) + amountA);
      }
      if (capacityB !== 0) {
        weights += weightB;
        sum += weightB * score(capacityB, (usedB[slot] as number) + amountB);
      }
      scores[place] = weights === 0 ? 0 : (sum / weights) | 0;
    }
  },
};
