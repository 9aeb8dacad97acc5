/**
 * Places pods near the pods that they want near, and away from those that they (or those themselves) do not.
 * kube-scheduler visits all pods for each decision; here the counts that it comes to are kept by indexes, and a decision
 * only reads them. Source: kube-scheduler plugins/interpodaffinity.
 */
import { noDomain } from '../cluster/topology-column.ts';
import { type Cycle, stateKey } from '../framework/cycle.ts';
import type { NodeBlock } from '../framework/node-block.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import type { DomainCounts } from '../indexes/domain-counts.ts';
import { type InterPodAffinityArgs, interPodAffinityArgs } from './inter-pod-affinity/args.ts';
import { affinityEvents } from './inter-pod-affinity/events.ts';
import { affinityIndexes } from './inter-pod-affinity/indexes.ts';

const name = 'InterPodAffinity';

interface FilterState {
  /** Pods that match all required affinity terms, by the topology key of each term. */
  readonly affinity: readonly DomainCounts[];
  /** The pod matches its own affinity terms: it may be the first of its kind. */
  readonly isFirstAllowed: boolean;
  /** Pods that match a required anti-affinity term of the pod. */
  readonly antiAffinity: readonly DomainCounts[];
  /** Pods whose own required anti-affinity matches the pod. */
  readonly existing: readonly DomainCounts[];
}

/** What one node label adds to the scores: a factor times a count for each of its values. */
interface Contribution {
  readonly counts: DomainCounts;
  readonly factor: number;
}

const filterKey = stateKey<FilterState>(`${name} filter`);
const scoreKey = stateKey<readonly Contribution[]>(`${name} score`);

function create(args: InterPodAffinityArgs, { cluster, statuses }: PluginContext): Plugin {
  const indexes = cluster.part(affinityIndexes);
  const { tallies } = indexes;
  const status = (code: 'unschedulable' | 'unresolvable', reason: string): number =>
    statuses.intern({ code, plugin: name, reasons: [reason] });
  const affinityFails = status('unresolvable', "node(s) didn't match pod affinity rules");
  const antiAffinityFails = status('unschedulable', "node(s) didn't match pod anti-affinity rules");
  const existingFails = status('unschedulable', "node(s) didn't satisfy existing pods anti-affinity rules");

  const keptAwayBy = ({ pod }: Cycle): DomainCounts[] =>
    indexes.antiAffinity.matching(pod.shape.labelSet).map(({ domains }) => domains);

  return {
    name,
    events: affinityEvents(cluster),

    preFilter(cycle) {
      const { shape } = cycle.pod;
      const { requiredAffinity, requiredAntiAffinity } = indexes.termsOf(shape);
      const existing = keptAwayBy(cycle);
      const isFree = requiredAffinity.length === 0 && requiredAntiAffinity.length === 0;
      if (isFree && existing.every(({ total }) => total === 0)) return 'skip';
      const matchingAll = requiredAffinity.length === 0 ? undefined : tallies.get(indexes.matcher(requiredAffinity));
      cycle.set(filterKey, {
        affinity:
          matchingAll === undefined ? [] : requiredAffinity.map((term) => matchingAll.domains(term.topologyKey)),
        isFirstAllowed: indexes.matchesItself(requiredAffinity, shape.labelSet),
        antiAffinity: requiredAntiAffinity.map((term) =>
          tallies.get(indexes.matcher([term])).domains(term.topologyKey),
        ),
        existing,
      });
      return undefined;
    },

    // A nominated pod that is put on a node for a what-if may be the first with its terms.
    addPod(cycle, info) {
      if (indexes.termsOf(info.shape).requiredAntiAffinity.length === 0) return;
      cycle.set(filterKey, { ...cycle.read(filterKey), existing: keptAwayBy(cycle) });
    },

    filter(cycle, block) {
      const { affinity, isFirstAllowed, antiAffinity, existing } = cycle.read(filterKey);
      if (affinity.length > 0) keepAffine(cycle, block, affinity, isFirstAllowed, affinityFails);
      for (const counts of antiAffinity) dropWhereCounted(cycle, block, counts, antiAffinityFails);
      for (const counts of existing) dropWhereCounted(cycle, block, counts, existingFails);
    },

    preScore(cycle) {
      const { shape } = cycle.pod;
      const { preferred, hasPreferred } = indexes.termsOf(shape);
      if (args.ignorePreferredTermsOfExistingPods && !hasPreferred) return 'skip';
      const contributions: Contribution[] = [];
      const add = (counts: DomainCounts, factor: number, pods: DomainCounts): void => {
        if (pods.total > 0) contributions.push({ counts, factor });
      };
      for (const term of preferred) {
        const counts = tallies.get(indexes.matcher([term])).domains(term.topologyKey);
        add(counts, term.weight, counts);
      }
      if (args.hardPodAffinityWeight > 0) {
        for (const { domains, carriers } of indexes.affinity.matching(shape.labelSet)) {
          add(domains, args.hardPodAffinityWeight, carriers);
        }
      }
      for (const { domains, carriers } of indexes.preferred.matching(shape.labelSet)) add(domains, 1, carriers);
      if (contributions.length === 0) return 'skip';
      cycle.set(scoreKey, contributions);
      return undefined;
    },

    score(cycle, { slots, count }, scores) {
      scores.fill(0, 0, count);
      for (const { counts, factor } of cycle.read(scoreKey)) {
        const { domains } = counts.column;
        const byDomain = counts.counts;
        for (let place = 0; place < count; place += 1) {
          const domain = domains[slots[place] as number] as number;
          if (domain === noDomain || domain >= byDomain.length) continue;
          scores[place] = (scores[place] as number) + factor * (byDomain[domain] as number);
        }
      }
    },

    normalize(_cycle, { count }, scores) {
      let least = Number.POSITIVE_INFINITY;
      let most = Number.NEGATIVE_INFINITY;
      for (let place = 0; place < count; place += 1) {
        const score = scores[place] as number;
        if (score < least) least = score;
        if (score > most) most = score;
      }
      const range = most - least;
      for (let place = 0; place < count; place += 1) {
        scores[place] = range > 0 ? Math.trunc(100 * (((scores[place] as number) - least) / range)) : 0;
      }
    },
  };
}

/**
 * Nodes that have every term's key and, for each, a matching pod in the same domain. Where no pod matches at all, a pod
 * that matches its own terms may be the first one.
 */
function keepAffine(
  { verdicts }: Cycle,
  block: NodeBlock,
  affinity: readonly DomainCounts[],
  isFirstAllowed: boolean,
  failure: number,
): void {
  const needsNoOther = isFirstAllowed && affinity.every(({ total }) => total === 0);
  for (const counts of affinity) {
    const { slots, count } = block;
    const { domains } = counts.column;
    const byDomain = counts.counts;
    let kept = 0;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      const domain = domains[slot] as number;
      const fits =
        domain !== noDomain && (needsNoOther || (domain < byDomain.length && (byDomain[domain] as number) > 0));
      if (fits) slots[kept++] = slot;
      else verdicts[slot] = failure;
    }
    block.count = kept;
  }
}

function dropWhereCounted({ verdicts }: Cycle, block: NodeBlock, counts: DomainCounts, failure: number): void {
  if (counts.total === 0) return;
  const { slots, count } = block;
  const { domains } = counts.column;
  const byDomain = counts.counts;
  let kept = 0;
  for (let place = 0; place < count; place += 1) {
    const slot = slots[place] as number;
    const domain = domains[slot] as number;
    if (domain !== noDomain && domain < byDomain.length && (byDomain[domain] as number) > 0) verdicts[slot] = failure;
    else slots[kept++] = slot;
  }
  block.count = kept;
}

export const interPodAffinity = pluginFactory({ name, args: interPodAffinityArgs, create });
