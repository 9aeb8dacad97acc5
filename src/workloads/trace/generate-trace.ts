/**
 * A trace of any size that is shaped like openb, for those who do not have it. What a pod asks for is drawn whole, as
 * it occurs there; its times, its class of service and its models are drawn independently of that and of each other.
 */
import { createLabelledRandom, type Random } from '../../stats/random.ts';
import { shuffled } from '../shuffled.ts';
import { traceErrors } from './errors.ts';
import {
  gapSeconds,
  lifetimeSeconds,
  modelChoices,
  neverScheduled,
  nodeShapes,
  podClasses,
  type Quantiles,
  qosClasses,
  waitSeconds,
} from './openb-shape.ts';
import type { PodTimes, Trace, TraceNode, TracePod } from './trace.ts';

export interface GenerateOptions {
  /** @default 1213, those of openb that have GPUs */
  readonly nodes?: number;
  /** @default 8152, as in openb */
  readonly pods?: number;
  /** The same seed gives the same trace; of two numbers of pods, the smaller gives the first of the larger's. */
  readonly seed: number;
  /** Whether some nodes have no GPUs, as one in five of openb's. @default false, as in the paper's experiments */
  readonly cpuNodes?: boolean;
  /** Share of the pods with one GPU that insist on models. @default 0, as in openb's default list */
  readonly modelShare?: number;
}

/** @throws InputError for a size or share that cannot be. */
export function generateTrace(options: GenerateOptions): Trace {
  const { nodes = 1213, pods = 8152, seed, cpuNodes = false, modelShare = 0 } = options;
  checkSize('the number of nodes', nodes);
  checkSize('the number of pods', pods);
  if (!(modelShare >= 0 && modelShare <= 1)) {
    throw traceErrors.outOfRange('the share of pods that insist on models', modelShare, '0 to 1');
  }
  return { nodes: generateNodes(nodes, cpuNodes, seed), pods: generatePods(pods, modelShare, seed) };
}

function checkSize(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw traceErrors.outOfRange(what, value, 'whole numbers from 1');
}

/** Each shape as often as its share says, to the nearest whole number; then shuffled. */
function generateNodes(total: number, cpuNodes: boolean, seed: number): TraceNode[] {
  const shapes = nodeShapes.filter(([, , gpus]) => cpuNodes || gpus > 0);
  const counts = apportion(
    shapes.map(([, , , , count]) => count),
    total,
  );
  const order = shapes.flatMap((shape, place) => Array<(typeof shapes)[number]>(counts[place] as number).fill(shape));
  return shuffled(order, createLabelledRandom(seed, 'trace-nodes')).map(
    ([cpuMilli, memoryMib, gpus, model], serial) => ({
      name: `node-${String(serial).padStart(5, '0')}`,
      cpuMilli,
      memoryMib,
      gpus,
      model,
    }),
  );
}

/** Whole numbers in proportion to `weights` with the sum `total`; who loses most by rounding down gets one more. */
function apportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (weight * total) / sum);
  const counts = exact.map(Math.floor);
  const missing = total - counts.reduce((a, b) => a + b, 0);
  const byLoss = exact.map((value, place) => ({ place, loss: value - Math.floor(value) }));
  byLoss.sort((a, b) => b.loss - a.loss || a.place - b.place);
  for (const { place } of byLoss.slice(0, missing)) counts[place] = (counts[place] as number) + 1;
  return counts;
}

function generatePods(total: number, modelShare: number, seed: number): TracePod[] {
  const random = (label: string): Random => createLabelledRandom(seed, `trace-${label}`);
  const drawClass = weightedChoice(podClasses, ([, , , , count]) => count, random('classes'));
  const drawModels = weightedChoice(modelChoices, ([, count]) => count, random('models'));
  const insists = random('insists');
  const drawQos = weightedChoice(qosClasses, ([, count]) => count, random('qos'));
  const drawTimes = timesDrawer(random);
  return Array.from({ length: total }, (_, serial) => {
    const [cpuMilli, memoryMib, gpus, gpuMilli] = drawClass();
    // Drawn for every pod, so that a pod is the same whether or not others insist on models.
    const [models] = drawModels();
    const hasModels = insists.next() < modelShare && gpus === 1;
    return {
      name: `pod-${String(serial).padStart(6, '0')}`,
      cpuMilli,
      memoryMib,
      gpus,
      gpuMilli,
      models: hasModels ? models.split('|') : [],
      qos: drawQos()[0],
      times: drawTimes(),
    };
  });
}

function timesDrawer(random: (label: string) => Random): () => PodTimes {
  const [gaps, lifetimes, waits, fates] = [random('gaps'), random('lifetimes'), random('waits'), random('fates')];
  let createdS = 0;
  let isFirst = true;
  return () => {
    const gapS = Math.round(quantile(gapSeconds, gaps.next()));
    if (!isFirst) createdS += gapS;
    isFirst = false;
    const lifetimeS = Math.round(quantile(lifetimeSeconds, lifetimes.next()));
    const waitS = Math.round(quantile(waitSeconds, waits.next()));
    const deletedS = createdS + lifetimeS;
    if (fates.next() < neverScheduled) return { createdS, deletedS };
    return { createdS, deletedS, scheduledS: Math.min(createdS + waitS, deletedS) };
  };
}

function weightedChoice<Item>(items: readonly Item[], weightOf: (item: Item) => number, random: Random): () => Item {
  let sum = 0;
  const ends = items.map((item) => {
    sum += weightOf(item);
    return sum;
  });
  return () => {
    const drawn = random.next() * sum;
    return items[ends.findIndex((end) => drawn < end)] as Item;
  };
}

/** Between two known quantiles on a logarithmic scale, of one more than the value so that 0 has a place on it. */
function quantile(knots: Quantiles, share: number): number {
  const next = Math.max(
    1,
    knots.findIndex(([knotShare]) => knotShare > share),
  );
  const [lowShare, low] = knots[next - 1] as Quantiles[number];
  const [highShare, high] = knots[next] as Quantiles[number];
  const along = (share - lowShare) / (highShare - lowShare);
  return Math.expm1(Math.log1p(low) + along * (Math.log1p(high) - Math.log1p(low)));
}
