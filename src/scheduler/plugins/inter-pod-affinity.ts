/**
 * Places pods near the pods that they want near, and away from those that they (or those themselves) do not.
 * kube-scheduler visits all pods for each decision; here the counts that it comes to are kept by indexes, and a decision
 * only reads them. Source: kube-scheduler plugins/interpodaffinity.
 */
import type { PodShape } from '../cluster/pod-info.ts';
import { stateKey } from '../framework/cycle.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type PluginContext, pluginFactory } from '../framework/plugin-factory.ts';
import type { DomainCounts } from '../indexes/domain-counts.ts';
import { countsByLabel, placedPods, type TallyQuery } from '../indexes/placed-pods.ts';
import { type InterPodAffinityArgs, interPodAffinityArgs } from './inter-pod-affinity/args.ts';
import { termCarriers } from './inter-pod-affinity/carriers.ts';
import { addCounts, dropWhereCounted, keepWhereCounted } from './inter-pod-affinity/counted-nodes.ts';
import { affinityEvents } from './inter-pod-affinity/events.ts';
import { shapeTerms } from './inter-pod-affinity/shape-terms.ts';
import { matchesForIncoming, podsMatching } from './inter-pod-affinity/terms.ts';
import { perShape } from './support/per-shape.ts';

const name = 'InterPodAffinity';

type Query = TallyQuery<DomainCounts>;

/** What the pods of a shape want to know. */
interface Questions {
  /** Pods that match all required affinity terms, by the topology key of each term. */
  readonly affinity: readonly Query[];
  /** Pods that match a required anti-affinity term. */
  readonly antiAffinity: readonly Query[];
  readonly preferred: readonly { readonly query: Query; readonly weight: number }[];
}

/** What one node label adds to the scores: a factor times a count for each of its values. */
interface Contribution {
  readonly counts: DomainCounts;
  readonly factor: number;
}

const scoreKey = stateKey<readonly Contribution[]>(`${name} score`);

function create(args: InterPodAffinityArgs, { cluster, statuses }: PluginContext): Plugin {
  const placed = cluster.part(placedPods);
  const carriers = cluster.part(termCarriers);
  const status = (code: 'unschedulable' | 'unresolvable', reason: string): number =>
    statuses.intern({ code, plugin: name, reasons: [reason] });
  const affinityFails = status('unresolvable', "node(s) didn't match pod affinity rules");
  const antiAffinityFails = status('unschedulable', "node(s) didn't match pod anti-affinity rules");
  const existingFails = status('unschedulable', "node(s) didn't satisfy existing pods anti-affinity rules");

  const questionsOf = perShape((shape): Questions => {
    const { requiredAffinity, requiredAntiAffinity, preferred } = shapeTerms(shape);
    const matchingAll = podsMatching(requiredAffinity, cluster.objects);
    return {
      affinity: requiredAffinity.map(({ topologyKey }) => countsByLabel(matchingAll, topologyKey)),
      antiAffinity: requiredAntiAffinity.map((term) =>
        countsByLabel(podsMatching([term], cluster.objects), term.topologyKey),
      ),
      preferred: preferred.map((term) => ({
        query: countsByLabel(podsMatching([term], cluster.objects), term.topologyKey),
        weight: term.weight,
      })),
    };
  });
  const matchesItself = (shape: PodShape): boolean =>
    shapeTerms(shape).requiredAffinity.every((term) => matchesForIncoming(term, shape.labelSet, cluster.objects));

  return {
    name,
    events: affinityEvents(),

    preFilter({ pod: { shape } }) {
      const { requiredAffinity, requiredAntiAffinity } = shapeTerms(shape);
      if (requiredAffinity.length > 0 || requiredAntiAffinity.length > 0) return undefined;
      return carriers.towards(shape.labelSet).antiAffinity.every(isEmpty) ? 'skip' : undefined;
    },

    // Reads what is now: what-ifs put pods on nodes and take them away between one call and the next.
    filter({ pod: { shape }, verdicts }, block) {
      const { affinity, antiAffinity } = questionsOf(shape);
      if (affinity.length > 0) {
        const counts = affinity.map((query) => placed.tally(query));
        // Where no pod matches at all, one that matches its own terms may be the first.
        const needsNoOther = counts.every(isEmpty) && matchesItself(shape);
        for (const each of counts) keepWhereCounted(block, each, needsNoOther, verdicts, affinityFails);
      }
      for (const query of antiAffinity) dropWhereCounted(block, placed.tally(query), verdicts, antiAffinityFails);
      for (const counts of carriers.towards(shape.labelSet).antiAffinity) {
        dropWhereCounted(block, counts, verdicts, existingFails);
      }
    },

    preScore(cycle) {
      const { shape } = cycle.pod;
      const { preferred } = questionsOf(shape);
      if (args.ignorePreferredTermsOfExistingPods && preferred.length === 0) return 'skip';
      const contributions: Contribution[] = [];
      const add = (counts: DomainCounts, factor: number): void => {
        if (!counts.isEmpty) contributions.push({ counts, factor });
      };
      for (const { query, weight } of preferred) add(placed.tally(query), weight);
      const bearing = carriers.towards(shape.labelSet);
      if (args.hardPodAffinityWeight > 0) {
        for (const counts of bearing.affinity) add(counts, args.hardPodAffinityWeight);
      }
      for (const counts of bearing.preferred) add(counts, 1);
      if (contributions.length === 0) return 'skip';
      cycle.set(scoreKey, contributions);
      return undefined;
    },

    score(cycle, feasible, scores) {
      scores.fill(0, 0, feasible.count);
      for (const { counts, factor } of cycle.read(scoreKey)) addCounts(feasible, counts, factor, scores);
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
        // The quotient first: Go rounds it to a double before it multiplies.
        scores[place] = range > 0 ? Math.trunc(100 * (((scores[place] as number) - least) / range)) : 0;
      }
    },
  };
}

function isEmpty(counts: DomainCounts): boolean {
  return counts.isEmpty;
}

export const interPodAffinity = pluginFactory({ name, args: interPodAffinityArgs, create });
