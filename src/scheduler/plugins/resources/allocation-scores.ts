/**
 * The three scoring strategies of NodeResourcesFit, resource after resource over all nodes of a block.
 * Sources: kube-scheduler plugins/noderesources least_allocated.go, most_allocated.go, requested_to_capacity_ratio.go.
 */
import type { NodeBlock } from '../../framework/node-block.ts';
import { maxNodeScore } from '../normalize.ts';
import type { FitArgs } from './resource-args.ts';
import { isWide, type ScoredResource, wideCapacity, wideUsed } from './scored-resources.ts';
import { utilizationScores } from './utilization-shape.ts';

/** By place in a block: what to add the scores of resources to, times their weights, and the weights themselves. */
interface Sums {
  readonly scores: Float64Array;
  readonly weights: Float64Array;
}

interface Strategy {
  /** Adds the scores of one resource. Nodes that have none of it are passed over. */
  add(block: NodeBlock, resource: ScoredResource, sums: Sums): void;
  /** The score of one node where amounts are too large for doubles; undefined where it does not count. */
  wideScore(requested: bigint, capacity: bigint): number | undefined;
  /** The mean is rounded to the nearest score, where otherwise fractions are cut off. */
  readonly roundsMean: boolean;
}

/** Writes the scores of the nodes of a block to an array. */
export type AllocationScorer = (block: NodeBlock, resources: readonly ScoredResource[], scores: Float64Array) => void;

export function allocationScorer(options: FitArgs['scoringStrategy']): AllocationScorer {
  const strategy = strategyOf(options);
  let weights = new Float64Array(0);
  return (block, resources, scores) => {
    const { count } = block;
    if (weights.length < block.slots.length) weights = new Float64Array(block.slots.length);
    scores.fill(0, 0, count);
    weights.fill(0, 0, count);
    const sums = { scores, weights };
    for (const resource of resources) {
      if (isWide(resource)) addWide(block, resource, sums, strategy);
      else strategy.add(block, resource, sums);
    }
    if (strategy.roundsMean) roundMeans(scores, weights, count);
    else floorMeans(scores, weights, count);
  };
}

function strategyOf({ type, requestedToCapacityRatio }: FitArgs['scoringStrategy']): Strategy {
  if (type === 'LeastAllocated') return leastAllocated;
  if (type === 'MostAllocated') return mostAllocated;
  return requestedToCapacity(utilizationScores(requestedToCapacityRatio?.shape ?? []));
}

const wideMaxScore = BigInt(maxNodeScore);

const leastAllocated: Strategy = {
  add({ slots, count }, { capacity: { allocatable }, used: { requested }, amount, weight }, { scores, weights }) {
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      const capacity = allocatable[slot] as number;
      if (capacity === 0) continue;
      weights[place] = (weights[place] as number) + weight;
      const free = capacity - ((requested[slot] as number) + amount);
      if (free < 0) continue;
      scores[place] = (scores[place] as number) + weight * Math.floor((free * maxNodeScore) / capacity);
    }
  },
  wideScore: (requested, capacity) =>
    requested > capacity ? 0 : Number(((capacity - requested) * wideMaxScore) / capacity),
  roundsMean: false,
};

const mostAllocated: Strategy = {
  add({ slots, count }, { capacity: { allocatable }, used: { requested }, amount, weight }, { scores, weights }) {
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      const capacity = allocatable[slot] as number;
      if (capacity === 0) continue;
      weights[place] = (weights[place] as number) + weight;
      const taken = (requested[slot] as number) + amount;
      const score = taken > capacity ? maxNodeScore : Math.floor((taken * maxNodeScore) / capacity);
      scores[place] = (scores[place] as number) + weight * score;
    }
  },
  wideScore: (requested, capacity) =>
    requested > capacity ? maxNodeScore : Number((requested * wideMaxScore) / capacity),
  roundsMean: false,
};

/** @param byPercent score by utilization, 0 to 100; a resource whose score is 0 does not count at all */
function requestedToCapacity(byPercent: Float64Array): Strategy {
  return {
    add({ slots, count }, { capacity: { allocatable }, used: { requested }, amount, weight }, { scores, weights }) {
      for (let place = 0; place < count; place += 1) {
        const slot = slots[place] as number;
        const capacity = allocatable[slot] as number;
        if (capacity === 0) continue;
        const taken = (requested[slot] as number) + amount;
        const score = byPercent[taken > capacity ? 100 : Math.floor((taken * 100) / capacity)] as number;
        if (score === 0) continue;
        weights[place] = (weights[place] as number) + weight;
        scores[place] = (scores[place] as number) + weight * score;
      }
    },
    wideScore: (requested, capacity) =>
      byPercent[requested > capacity ? 100 : Number((requested * 100n) / capacity)] || undefined,
    roundsMean: true,
  };
}

function addWide({ slots, count }: NodeBlock, resource: ScoredResource, sums: Sums, { wideScore }: Strategy): void {
  const { weight, exact, used } = resource;
  const { scores, weights } = sums;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const capacity = wideCapacity(resource, slot);
    const score = capacity === 0n ? undefined : wideScore(wideUsed(used, slot) + exact, capacity);
    if (score === undefined) continue;
    weights[place] = (weights[place] as number) + weight;
    scores[place] = (scores[place] as number) + weight * score;
  }
}

function floorMeans(scores: Float64Array, weights: Float64Array, count: number): void {
  for (let place = 0; place < count; place += 1) {
    const weight = weights[place] as number;
    if (weight !== 0) scores[place] = Math.floor((scores[place] as number) / weight);
  }
}

function roundMeans(scores: Float64Array, weights: Float64Array, count: number): void {
  for (let place = 0; place < count; place += 1) {
    const weight = weights[place] as number;
    if (weight !== 0) scores[place] = Math.round((scores[place] as number) / weight);
  }
}
