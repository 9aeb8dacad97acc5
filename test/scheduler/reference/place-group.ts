/** Where the waiting pods of a PodGroup go together: every topology domain is tried, and the best one taken. */
import type { Node, Pod, PodGroup } from '../../../src/api/objects.ts';
import { namespaceOf, podKey, podsOn, type ReferenceCluster, zonesOfCluster } from './cluster.ts';
import { allocatableOf, isScalar, nonZeroUsedOf, usedOf } from './node-resources.ts';
import { defaultOptions, type ReferenceOptions } from './options.ts';
import { nonZeroRequestsOfPending, requestsOfPending } from './pod-requests.ts';
import { referenceSchedule } from './schedule.ts';
import { visitingOrder } from './visiting-order.ts';

export interface PlacementTry {
  readonly domain: string;
  readonly nodes: readonly Node[];
  /** Node by pod, of those that got one. */
  readonly nodeOf: ReadonlyMap<Pod, string>;
  /** NodeResourcesFit's and PodGroupPodsCount's, normalized; of tries in which the group fits. */
  readonly scores: readonly [fit: number, count: number];
}

export type GroupPlacement =
  | { readonly kind: 'placed'; readonly chosen: PlacementTry; readonly tries: readonly PlacementTry[] }
  | { readonly kind: 'none'; readonly tries: readonly PlacementTry[] }
  /** Pods of the group run where they should not. */
  | { readonly kind: 'error' };

/** @param waiting the pods of the group that have no node, in the order in which they came */
export function referencePlaceGroup(
  cluster: ReferenceCluster,
  group: PodGroup,
  waiting: readonly Pod[],
  options: Partial<ReferenceOptions> = {},
): GroupPlacement {
  const { topologyKey, policy } = group.spec;
  const running = cluster.nodes.flatMap((node) =>
    podsOn(cluster, node)
      .filter((pod) => isMember(pod, group))
      .map(() => node),
  );
  const domainOf = ({ metadata }: Node): string | undefined =>
    topologyKey === undefined ? '' : metadata.labels[topologyKey];
  const occupied = new Set(running.map(domainOf));
  if (occupied.has(undefined) || occupied.size > 1) return { kind: 'error' };
  const visited = visitingOrder(zonesOfCluster(cluster)).map((name) => nodeNamed(cluster, name));
  const allowed = visited.filter(
    (node) => domainOf(node) !== undefined && (occupied.size === 0 || occupied.has(domainOf(node))),
  );
  const domains = [...new Set(allowed.map(domainOf))] as string[];

  const pods = waiting.map((pod, place) => ({ pod, place }));
  pods.sort((a, b) => b.pod.spec.priority - a.pod.spec.priority || a.place - b.place);
  let { startIndex } = { ...defaultOptions, ...options };
  const tries = domains.map((domain): PlacementTry => {
    const nodes = allowed.filter((node) => domainOf(node) === domain);
    const nodeOf = new Map<Pod, string>();
    for (const { pod } of pods) {
      const assumed = [...nodeOf].map(([other, nodeName]) => ({ ...other, spec: { ...other.spec, nodeName } }));
      const others = cluster.pods.filter((other) => !assumed.some((one) => podKey(one) === podKey(other)));
      const world = { nodes, pods: [...others, ...assumed], nominated: cluster.nominated, objects: cluster.objects };
      const decision = referenceSchedule(world, pod, { ...options, startIndex });
      startIndex = decision.nextStartIndex;
      if (decision.chosen !== undefined) nodeOf.set(pod, decision.chosen);
    }
    return { domain, nodes, nodeOf, scores: [0, 0] };
  });

  const minCount = policy.gang?.minCount ?? 1;
  // A pod must get a node now: those that run already do not make an attempt that places none a success.
  const fits = tries.filter(({ nodeOf }) => nodeOf.size > 0 && running.length + nodeOf.size >= minCount);
  const most = Math.max(...fits.map(({ nodeOf }) => running.length + nodeOf.size));
  const scored = tries.map((one): PlacementTry => {
    if (!fits.includes(one)) return one;
    const count = Math.floor((100 * (running.length + one.nodeOf.size)) / most);
    return { ...one, scores: [fullness(cluster, one, options), count] };
  });
  const candidates = scored.filter((_, place) => fits.includes(tries[place] as PlacementTry));
  const total = ({ scores: [fit, count] }: PlacementTry): number => fit + count;
  const best = Math.max(...candidates.map(total));
  const chosen = candidates.find((one) => total(one) === best);
  return chosen === undefined ? { kind: 'none', tries: scored } : { kind: 'placed', chosen, tries: scored };
}

/** MostAllocated over the sums of the placement's nodes. */
function fullness(
  cluster: ReferenceCluster,
  { nodes, nodeOf }: PlacementTry,
  options: Partial<ReferenceOptions>,
): number {
  const { resources } = options.scoringStrategy ?? defaultOptions.scoringStrategy;
  const shares = resources.flatMap(({ name, weight }) => {
    const assumes = name === 'cpu' || name === 'memory';
    const asked = sum(
      [...nodeOf.keys()].map((pod) => (assumes ? nonZeroRequestsOfPending : requestsOfPending)(pod).get(name) ?? 0n),
    );
    if (asked === 0n && isScalar(name)) return [];
    const having = nodes.filter((node) => allocatableOf(node, name) > 0n);
    const capacity = sum(having.map((node) => allocatableOf(node, name)));
    const used = asked + sum(having.map((node) => (assumes ? nonZeroUsedOf : usedOf)(podsOn(cluster, node), name)));
    return capacity === 0n ? [] : [{ share: Number(((used < capacity ? used : capacity) * 100n) / capacity), weight }];
  });
  const weights = shares.reduce((all, { weight }) => all + weight, 0);
  return weights === 0 ? 0 : Math.floor(shares.reduce((all, { share, weight }) => all + weight * share, 0) / weights);
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n);

function isMember(pod: Pod, { metadata }: PodGroup): boolean {
  return pod.spec.podGroupName === metadata.name && namespaceOf(pod) === (metadata.namespace ?? 'default');
}

function nodeNamed({ nodes }: ReferenceCluster, name: string): Node {
  const found = nodes.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`the zones name '${name}', which is no node of the cluster`);
  return found;
}
