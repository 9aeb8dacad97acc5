/** The indexes that inter-pod affinity decides by, kept for all profiles of a cluster together. */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { LabelSet, PodShape } from '../../cluster/pod-info.ts';
import { type CarriedTerm, CarriedTerms } from '../../indexes/carried-terms.ts';
import { type PodTallies, podTallies } from '../../indexes/pod-tallies.ts';
import type { PodMatcher } from '../../indexes/pod-tally.ts';
import { perShape } from '../support/per-shape.ts';
import { type ShapeTerms, shapeTerms } from './shape-terms.ts';
import { type AffinityTerm, matchesForExisting, matchesForIncoming } from './terms.ts';

export class AffinityIndexes {
  readonly termsOf: (shape: PodShape) => ShapeTerms = perShape(shapeTerms);
  readonly tallies: PodTallies;
  /** Required anti-affinity of pods on nodes. */
  readonly antiAffinity: CarriedTerms;
  /** Required affinity of pods on nodes, one each. */
  readonly affinity: CarriedTerms;
  /** Preferred terms of pods on nodes, by weight. */
  readonly preferred: CarriedTerms;
  readonly #cluster: ClusterState;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.tallies = cluster.part(podTallies);
    const carried = (term: AffinityTerm): CarriedTerm => ({
      key: term.key,
      topologyKey: term.topologyKey,
      weight: term.weight,
      matches: (labels) => matchesForExisting(term, labels, cluster.objects),
    });
    const index = (choose: (terms: ShapeTerms) => readonly AffinityTerm[]): CarriedTerms =>
      new CarriedTerms(cluster, (shape) => choose(this.termsOf(shape)).map(carried));
    this.antiAffinity = index(({ requiredAntiAffinity }) => requiredAntiAffinity);
    this.affinity = index(({ requiredAffinity }) => requiredAffinity);
    this.preferred = index(({ preferred }) => preferred);
    cluster.objects.listen('Namespace', () => {
      this.tallies.clear();
      for (const terms of [this.antiAffinity, this.affinity, this.preferred]) terms.forgetMatches();
    });
  }

  /** Pods on nodes that match all of the terms of a pod that is to be placed. */
  matcher(terms: readonly AffinityTerm[]): PodMatcher {
    const { objects } = this.#cluster;
    return {
      key: `affinity ${terms.map(({ key }) => key).join(' ')}`,
      skipsDeleting: false,
      matches: (labels: LabelSet) => terms.every((term) => matchesForIncoming(term, labels, objects)),
    };
  }

  matchesItself(terms: readonly AffinityTerm[], labels: LabelSet): boolean {
    return terms.length > 0 && terms.every((term) => matchesForIncoming(term, labels, this.#cluster.objects));
  }
}

export const affinityIndexes = (cluster: ClusterState): AffinityIndexes => new AffinityIndexes(cluster);
