/** Favours nodes whose resources would be used to like shares. */
import type { Node } from '../../../../src/api/objects.ts';
import { podsOn } from '../cluster.ts';
import { allocatableOf, isScalar, usedOf } from '../node-resources.ts';
import type { Cycle, ReferencePlugin } from '../plugin.ts';
import { requestsOfPending } from '../pod-requests.ts';

export const balancedAllocation: ReferencePlugin = {
  name: 'NodeResourcesBalancedAllocation',

  skipsScore({ pod, options }) {
    const requests = requestsOfPending(pod);
    return options.balancedResources.every(({ name }) => (requests.get(name) ?? 0n) === 0n);
  },

  score(cycle, node) {
    const loads = loadsOf(cycle, node);
    const withPod = balance(loads.map(({ used, asked, allocatable }) => fraction(used + asked, allocatable)));
    if (cycle.options.compat === '1.34') return withPod;
    const without = balance(loads.map(({ used, allocatable }) => fraction(used, allocatable)));
    return 50 + Math.trunc((50 + withPod - without) / 2);
  },
};

interface Load {
  readonly allocatable: bigint;
  readonly used: bigint;
  readonly asked: bigint;
}

function loadsOf({ cluster, pod, options }: Cycle, node: Node): Load[] {
  const pods = podsOn(cluster, node);
  const requests = requestsOfPending(pod);
  return options.balancedResources
    .map(({ name }) => ({ name, asked: requests.get(name) ?? 0n }))
    .filter(({ name, asked }) => !isScalar(name) || asked > 0n)
    .map(({ name, asked }) => ({ allocatable: allocatableOf(node, name), used: usedOf(pods, name), asked }))
    .filter(({ allocatable }) => allocatable > 0n);
}

const fraction = (used: bigint, allocatable: bigint): number => Math.min(1, Number(used) / Number(allocatable));

/** 100 when all fractions are the same. */
function balance(fractions: readonly number[]): number {
  return Math.trunc((1 - deviation(fractions)) * 100);
}

function deviation(fractions: readonly number[]): number {
  if (fractions.length < 2) return 0;
  const [first = 0, second = 0] = fractions;
  if (fractions.length === 2) return Math.abs((first - second) / 2);
  const mean = fractions.reduce((sum, value) => sum + value, 0) / fractions.length;
  return Math.sqrt(fractions.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / fractions.length);
}
