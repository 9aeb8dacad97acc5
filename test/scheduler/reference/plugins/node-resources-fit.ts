/** Room for what the pod asks for, and how well the node would then be used. */
import type { Node, Pod } from '../../../../src/api/objects.ts';
import { podsOn } from '../cluster.ts';
import { allocatableOf, isExtended, isScalar, nonZeroUsedOf, usedOf } from '../node-resources.ts';
import type { ReferenceOptions, ResourceWeight, ScoringStrategy, ShapePoint } from '../options.ts';
import { type Cycle, type Place, type ReferencePlugin, success } from '../plugin.ts';
import { nonZeroRequestsOfPending, requestsOfPending } from '../pod-requests.ts';

export const nodeResourcesFit: ReferencePlugin = {
  name: 'NodeResourcesFit',

  preFilter: () => success,

  filter({ pod, options }, place) {
    const { node, pods } = place;
    const isCrowded = BigInt(pods.length) + 1n > allocatableOf(node, 'pods');
    const lacking = wantedBy(pod, options).filter((wanted) => lacks(place, wanted));
    const reasons = [
      ...(isCrowded ? ['Too many pods'] : []),
      ...lacking.map(({ resource }) => `Insufficient ${resource}`),
    ];
    if (reasons.length === 0) return undefined;
    const isTooSmall = lacking.some(({ resource, amount }) => amount > allocatableOf(node, resource));
    return { code: isTooSmall ? 'unresolvable' : 'unschedulable', reasons };
  },

  score(cycle, node) {
    const { scoringStrategy } = cycle.options;
    const loads = scoringStrategy.resources.flatMap((resource) => loadOf(cycle, node, resource) ?? []);
    return scoreOf(scoringStrategy, loads);
  },
};

interface Wanted {
  readonly resource: string;
  readonly amount: bigint;
}

const ordinary = ['cpu', 'memory', 'ephemeral-storage'];

function wantedBy(pod: Pod, options: ReferenceOptions): Wanted[] {
  const requests = requestsOfPending(pod);
  const scalars = [...requests.keys()].filter(isScalar).filter((name) => !isIgnored(name, options));
  return [...ordinary, ...scalars]
    .map((resource) => ({ resource, amount: requests.get(resource) ?? 0n }))
    .filter(({ amount }) => amount > 0n);
}

function isIgnored(name: string, { ignoredResources, ignoredResourceGroups }: ReferenceOptions): boolean {
  if (!isExtended(name)) return false;
  return ignoredResources.includes(name) || ignoredResourceGroups.includes(name.split('/')[0] as string);
}

function lacks({ node, pods }: Place, { resource, amount }: Wanted): boolean {
  return amount > allocatableOf(node, resource) - usedOf(pods, resource);
}

interface Load {
  readonly allocatable: bigint;
  /** With the pod on the node. */
  readonly requested: bigint;
  readonly weight: bigint;
}

/** `undefined`: the resource has no say. */
function loadOf({ cluster, pod }: Cycle, node: Node, { name, weight }: ResourceWeight): Load | undefined {
  const asked = nonZeroRequestsOfPending(pod).get(name) ?? 0n;
  const allocatable = allocatableOf(node, name);
  if (allocatable === 0n || (isScalar(name) && asked === 0n)) return undefined;
  if (!ordinary.includes(name) && !isScalar(name)) return undefined;
  const pods = podsOn(cluster, node);
  const used = name === 'cpu' || name === 'memory' ? nonZeroUsedOf(pods, name) : usedOf(pods, name);
  return { allocatable, requested: used + asked, weight: BigInt(weight) };
}

function scoreOf(strategy: ScoringStrategy, loads: readonly Load[]): number {
  switch (strategy.type) {
    case 'LeastAllocated':
      return Number(weightedMean(loads, ({ allocatable, requested }) => leastScore(allocatable, requested)));
    case 'MostAllocated':
      return Number(weightedMean(loads, ({ allocatable, requested }) => mostScore(allocatable, requested)));
    case 'RequestedToCapacityRatio':
      return ratioScore(loads, strategy.shape);
  }
}

const leastScore = (allocatable: bigint, requested: bigint): bigint =>
  requested > allocatable ? 0n : ((allocatable - requested) * 100n) / allocatable;

const mostScore = (allocatable: bigint, requested: bigint): bigint =>
  ((requested > allocatable ? allocatable : requested) * 100n) / allocatable;

function weightedMean(loads: readonly Load[], score: (load: Load) => bigint): bigint {
  const weights = loads.reduce((sum, { weight }) => sum + weight, 0n);
  if (weights === 0n) return 0n;
  return loads.reduce((sum, load) => sum + score(load) * load.weight, 0n) / weights;
}

/** Resources that score nothing do not count at all, not even with their weight. */
function ratioScore(loads: readonly Load[], shape: readonly ShapePoint[]): number {
  const scored = loads
    .map(({ allocatable, requested, weight }) => {
      const utilization = requested > allocatable ? 100n : (requested * 100n) / allocatable;
      return { score: shapeScore(shape, Number(utilization)), weight: Number(weight) };
    })
    .filter(({ score }) => score > 0);
  const weights = scored.reduce((sum, { weight }) => sum + weight, 0);
  if (weights === 0) return 0;
  return Math.round(scored.reduce((sum, { score, weight }) => sum + score * weight, 0) / weights);
}

/** Piecewise linear; divisions round towards zero, also on falling slopes. */
export function shapeScore(shape: readonly ShapePoint[], utilization: number): number {
  const next = shape.findIndex((point) => utilization <= point.utilization);
  const last = shape.at(-1) as ShapePoint;
  if (next === -1) return last.score * 10;
  const to = shape[next] as ShapePoint;
  const from = shape[next - 1];
  if (from === undefined) return to.score * 10;
  const rise = (to.score - from.score) * 10 * (utilization - from.utilization);
  return from.score * 10 + Math.trunc(rise / (to.utilization - from.utilization));
}
