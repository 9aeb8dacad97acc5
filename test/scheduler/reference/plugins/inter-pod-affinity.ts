/** Pods that want to be near others, or far from them. */
import type { Node, Pod, PodAffinityTerm, WeightedPodAffinityTerm } from '../../../../src/api/objects.ts';
import { placedPods } from '../cluster.ts';
import { type Cycle, type Place, type ReferencePlugin, skip, success, unresolvable, unschedulable } from '../plugin.ts';
import { ownTermMatches, requiredAffinity, requiredAntiAffinity, theirTermMatches } from './affinity-terms.ts';

export const interPodAffinity: ReferencePlugin = {
  name: 'InterPodAffinity',

  preFilter(cycle) {
    const { cluster, pod } = cycle;
    const hasTerms = requiredAffinity(pod).length > 0 || requiredAntiAffinity(pod).length > 0;
    return hasTerms || theirAntiAffinity(cycle, placedPods(cluster)).length > 0 ? success : skip;
  },

  filter(cycle, place) {
    const { labels } = place.node.metadata;
    const placed = placedIn(cycle, place);
    const affinity = requiredAffinity(cycle.pod);
    const wanted = ownAffinity(cycle, placed);
    const isNear = affinity.every((term) => has(wanted, term.topologyKey, labels[term.topologyKey]));
    const hasKeys = affinity.every(({ topologyKey }) => labels[topologyKey] !== undefined);
    if (!hasKeys || (!isNear && !(wanted.length === 0 && matchesItself(cycle)))) {
      return unresolvable("node(s) didn't match pod affinity rules");
    }
    const unwanted = ownAntiAffinity(cycle, placed);
    if (requiredAntiAffinity(cycle.pod).some(({ topologyKey }) => has(unwanted, topologyKey, labels[topologyKey]))) {
      return unschedulable("node(s) didn't match pod anti-affinity rules");
    }
    const forbidden = theirAntiAffinity(cycle, placed);
    if (Object.entries(labels).some(([key, value]) => has(forbidden, key, value))) {
      return unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
    }
    return undefined;
  },

  skipsScore(cycle) {
    const { pod, options } = cycle;
    if (options.ignorePreferredTermsOfExistingPods && !hasPreferences(pod)) return true;
    return pulls(cycle).length === 0;
  },

  score(cycle, node) {
    return pulls(cycle)
      .filter(({ key, value }) => node.metadata.labels[key] === value)
      .reduce((sum, { weight }) => sum + weight, 0);
  },

  normalize(_cycle, _feasible, raw) {
    const lowest = Math.min(...raw);
    const range = Math.max(...raw) - lowest;
    // The quotient first: kube-scheduler rounds it to a double before it multiplies.
    return raw.map((score) => (range === 0 ? 0 : Math.trunc(100 * ((score - lowest) / range))));
  },
};

interface PlacedPod {
  readonly pod: Pod;
  readonly node: Node;
}

/** A place in a topology, once for each reason to be there or not. */
interface Domain {
  readonly key: string;
  readonly value: string;
}

const has = (domains: readonly Domain[], key: string, value: string | undefined): boolean =>
  domains.some((domain) => domain.key === key && domain.value === value);

/** Where the node is in the term's topology; nowhere, if it has no such label. */
function domainOf({ metadata }: Node, { topologyKey }: PodAffinityTerm): Domain[] {
  const value = metadata.labels[topologyKey];
  return value === undefined ? [] : [{ key: topologyKey, value }];
}

function placedIn({ cluster }: Cycle, { node, pods }: Place): PlacedPod[] {
  const elsewhere = placedPods(cluster).filter((placed) => placed.node !== node);
  return [...elsewhere, ...pods.map((pod) => ({ pod, node }))];
}

/** Only pods that match every term count, and they count for every term. */
function ownAffinity({ cluster, pod }: Cycle, placed: readonly PlacedPod[]): Domain[] {
  const terms = requiredAffinity(pod);
  return placed
    .filter((other) => terms.length > 0 && terms.every((term) => ownTermMatches(cluster, pod, term, other.pod)))
    .flatMap(({ node }) => terms.flatMap((term) => domainOf(node, term)));
}

/** The first of pods that want to be together would wait for ever otherwise. */
const matchesItself = ({ cluster, pod }: Cycle): boolean =>
  requiredAffinity(pod).every((term) => ownTermMatches(cluster, pod, term, pod));

function ownAntiAffinity({ cluster, pod }: Cycle, placed: readonly PlacedPod[]): Domain[] {
  return placed.flatMap((other) =>
    requiredAntiAffinity(pod)
      .filter((term) => ownTermMatches(cluster, pod, term, other.pod))
      .flatMap((term) => domainOf(other.node, term)),
  );
}

function theirAntiAffinity({ cluster, pod }: Cycle, placed: readonly PlacedPod[]): Domain[] {
  return placed.flatMap((other) =>
    requiredAntiAffinity(other.pod)
      .filter((term) => theirTermMatches(cluster, other.pod, term, pod))
      .flatMap((term) => domainOf(other.node, term)),
  );
}

interface Pull extends Domain {
  /** Negative: pushes away. */
  readonly weight: number;
}

const preferredAffinity = ({ spec }: Pod): readonly WeightedPodAffinityTerm[] =>
  spec.affinity.podAffinity?.preferred ?? [];
const preferredAntiAffinity = ({ spec }: Pod): readonly WeightedPodAffinityTerm[] =>
  spec.affinity.podAntiAffinity?.preferred ?? [];

const hasPreferences = (pod: Pod): boolean =>
  preferredAffinity(pod).length > 0 || preferredAntiAffinity(pod).length > 0;

/** All that every running pod, and the waiting one because of it, would say for or against a domain. */
function pulls(cycle: Cycle): Pull[] {
  return placedPods(cycle.cluster).flatMap((other) => [...ownPulls(cycle, other), ...theirPulls(cycle, other)]);
}

function ownPulls({ cluster, pod }: Cycle, other: PlacedPod): Pull[] {
  const matches = (term: PodAffinityTerm): boolean => ownTermMatches(cluster, pod, term, other.pod);
  return [
    ...pullsOf(preferredAffinity(pod), 1, matches, other.node),
    ...pullsOf(preferredAntiAffinity(pod), -1, matches, other.node),
  ];
}

function theirPulls({ cluster, pod, options }: Cycle, other: PlacedPod): Pull[] {
  const matches = (term: PodAffinityTerm): boolean => theirTermMatches(cluster, other.pod, term, pod);
  const weight = options.hardPodAffinityWeight;
  const hard = requiredAffinity(other.pod).map((podAffinityTerm) => ({ weight, podAffinityTerm }));
  return [
    ...(weight > 0 ? pullsOf(hard, 1, matches, other.node) : []),
    ...pullsOf(preferredAffinity(other.pod), 1, matches, other.node),
    ...pullsOf(preferredAntiAffinity(other.pod), -1, matches, other.node),
  ];
}

function pullsOf(
  terms: readonly WeightedPodAffinityTerm[],
  sign: 1 | -1,
  matches: (term: PodAffinityTerm) => boolean,
  node: Node,
): Pull[] {
  return terms
    .filter(({ podAffinityTerm }) => matches(podAffinityTerm))
    .flatMap(({ weight, podAffinityTerm }) =>
      domainOf(node, podAffinityTerm).map((domain) => ({ ...domain, weight: sign * weight })),
    );
}
