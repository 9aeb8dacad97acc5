/** Scores of the nodes of a block by how much of their resources is taken. Source: kube-scheduler plugins/noderesources/resource_allocation.go. */
import type { NodeBlock } from '../../framework/node-block.ts';
import type { FitArgs } from './resource-args.ts';
import { isWide, type ScoredResource, wideCapacity, wideUsed } from './scored-resources.ts';
import { leastAllocated } from './strategies/least-allocated.ts';
import { mostAllocated } from './strategies/most-allocated.ts';
import { requestedToCapacityRatio } from './strategies/requested-to-capacity-ratio.ts';
import type { Strategy } from './strategies/strategy.ts';

export function strategyOf({ type, ...options }: FitArgs['scoringStrategy']): Strategy {
  if (type === 'LeastAllocated') return leastAllocated;
  if (type === 'MostAllocated') return mostAllocated;
  return requestedToCapacityRatio(options.requestedToCapacityRatio?.shape ?? []);
}

export function scoreAllocation(
  strategy: Strategy,
  block: NodeBlock,
  resources: readonly ScoredResource[],
  scores: Float64Array,
): void {
  const [first, second, third] = resources;
  if (first !== undefined && second !== undefined && third === undefined && !isWide(first) && !isWide(second)) {
    strategy.scorePair(block, first, second, scores);
  } else {
    scoreAny(strategy, block, resources, scores);
  }
}

/** Any number of resources, and amounts of any size. */
function scoreAny(
  strategy: Strategy,
  { slots, count }: NodeBlock,
  resources: readonly ScoredResource[],
  scores: Float64Array,
): void {
  const areWide = resources.map(isWide);
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    let sum = 0;
    let weights = 0;
    for (let index = 0; index < resources.length; index += 1) {
      const resource = resources[index] as ScoredResource;
      if (resource.capacity.allocatable[slot] === 0) continue;
      const score =
        areWide[index] === true ? wideScore(strategy, resource, slot) : narrowScore(strategy, resource, slot);
      if (score === 0 && strategy.skipsZero) continue;
      sum += resource.weight * score;
      weights += resource.weight;
    }
    const mean = weights === 0 ? 0 : sum / weights;
    scores[place] = strategy.roundsMean ? Math.round(mean) : Math.floor(mean);
  }
}

function narrowScore(strategy: Strategy, { capacity, used, amount }: ScoredResource, slot: number): number {
  return strategy.score(capacity.allocatable[slot] as number, (used.requested[slot] as number) + amount);
}

function wideScore(strategy: Strategy, resource: ScoredResource, slot: number): number {
  return strategy.wideScore(wideCapacity(resource, slot), wideUsed(resource.used, slot) + resource.exact);
}
