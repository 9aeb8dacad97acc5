/**
 * How evenly the resources of a node are used: 100 when all fractions are equal, less the further they lie apart.
 * Source: kube-scheduler plugins/noderesources/balanced_allocation.go. Operations are in its order, so that the
 * doubles are the same ones.
 */
import type { NodeBlock } from '../../framework/node-block.ts';
import { isWide, type ScoredResource, wideUsed } from './scored-resources.ts';

/**
 * Writes the scores of the nodes of a block to an array.
 * @param gain score what the pod changes (since 1.36) instead of how the node stands with the pod
 */
export function scoreBalance(
  block: NodeBlock,
  resources: readonly ScoredResource[],
  gain: boolean,
  scores: Float64Array,
): void {
  const [first, second, third] = resources;
  if (first !== undefined && second !== undefined && third === undefined && !isWide(first) && !isWide(second)) {
    if (gain) scoreGainOfTwo(block, first, second, scores);
    else scoreBalanceOfTwo(block, first, second, scores);
    return;
  }
  scoreAny(block, resources, gain, scores);
}

/** From the balance with and without the pod, both 50 to 100: it is itself between 50 and 100. */
function gainScore(withPod: number, withoutPod: number): number {
  return 50 + (((50 + withPod - withoutPod) / 2) | 0);
}

/** Balance of a node that has fewer than two of the resources. */
const fullBalance = 100;

function scoreGainOfTwo({ slots, count }: NodeBlock, a: ScoredResource, b: ScoredResource, scores: Float64Array): void {
  const { allocatable: capacityA } = a.capacity;
  const { allocatable: capacityB } = b.capacity;
  const { requested: usedA } = a.used;
  const { requested: usedB } = b.used;
  const { amount: amountA } = a;
  const { amount: amountB } = b;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const wholeA = capacityA[slot] as number;
    const wholeB = capacityB[slot] as number;
    if (wholeA === 0 || wholeB === 0) {
      scores[place] = gainScore(fullBalance, fullBalance);
      continue;
    }
    const beforeA = usedA[slot] as number;
    const beforeB = usedB[slot] as number;
    const withPod = balanceOfTwo((beforeA + amountA) / wholeA, (beforeB + amountB) / wholeB);
    scores[place] = gainScore(withPod, balanceOfTwo(beforeA / wholeA, beforeB / wholeB));
  }
}

function scoreBalanceOfTwo(
  { slots, count }: NodeBlock,
  a: ScoredResource,
  b: ScoredResource,
  scores: Float64Array,
): void {
  const { allocatable: capacityA } = a.capacity;
  const { allocatable: capacityB } = b.capacity;
  const { requested: usedA } = a.used;
  const { requested: usedB } = b.used;
  const { amount: amountA } = a;
  const { amount: amountB } = b;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const wholeA = capacityA[slot] as number;
    const wholeB = capacityB[slot] as number;
    if (wholeA === 0 || wholeB === 0) {
      scores[place] = fullBalance;
      continue;
    }
    scores[place] = balanceOfTwo(
      ((usedA[slot] as number) + amountA) / wholeA,
      ((usedB[slot] as number) + amountB) / wholeB,
    );
  }
}

function balanceOfTwo(fractionA: number, fractionB: number): number {
  const a = fractionA > 1 ? 1 : fractionA;
  const b = fractionB > 1 ? 1 : fractionB;
  return ((1 - Math.abs((a - b) / 2)) * 100) | 0;
}

/** Any number of resources, and amounts of any size. */
function scoreAny(
  { slots, count }: NodeBlock,
  resources: readonly ScoredResource[],
  gain: boolean,
  scores: Float64Array,
): void {
  const withPod: number[] = [];
  const withoutPod: number[] = [];
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    withPod.length = 0;
    withoutPod.length = 0;
    for (const resource of resources) {
      const whole = resource.capacity.allocatable[slot] as number;
      if (whole === 0) continue;
      const { used, amount } = resource;
      const before = used.requested[slot] as number;
      withoutPod.push(Math.min(1, before / whole));
      withPod.push(Math.min(1, (isWide(resource) ? wideSum(resource, slot) : before + amount) / whole));
    }
    scores[place] = gain ? gainScore(balanceOf(withPod), balanceOf(withoutPod)) : balanceOf(withPod);
  }
}

/** Rounded once, from the exact sum. */
function wideSum({ used, exact }: ScoredResource, slot: number): number {
  return Number(wideUsed(used, slot) + exact);
}

function balanceOf(fractions: readonly number[]): number {
  const [a = 0, b = 0] = fractions;
  if (fractions.length < 2) return fullBalance;
  if (fractions.length === 2) return balanceOfTwo(a, b);
  let total = 0;
  for (const fraction of fractions) total += fraction;
  const mean = total / fractions.length;
  let squares = 0;
  for (const fraction of fractions) squares += (fraction - mean) * (fraction - mean);
  return Math.trunc((1 - Math.sqrt(squares / fractions.length)) * 100);
}
