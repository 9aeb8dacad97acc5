/**
 * What the terms of pods on nodes mean for a pod that comes: for each set of labels, by domain, how many terms there
 * match it. kube-scheduler asks every pod that has terms, for each decision; here a pod that comes or goes tells those
 * sets of labels that its terms match.
 */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { LabelSet, PodInfo } from '../../cluster/pod-info.ts';
import { Census, type Group, type Share, type View } from '../../indexes/census.ts';
import { DomainCounts } from '../../indexes/domain-counts.ts';
import { type Anchors, Matchmaker } from '../../indexes/matchmaker.ts';
import { type NodeDomainsTable, nodeDomainsTable } from '../../indexes/node-domains-table.ts';
import { RecentPool } from '../../indexes/recent-pool.ts';
import { type ShapeTerms, shapeTerms } from './shape-terms.ts';
import { type AffinityTerm, matchesForExisting } from './terms.ts';

/** For one set of labels; each list has an entry for every topology key that matching terms have. */
export interface Bearing {
  /** Required anti-affinity terms that match. */
  readonly antiAffinity: readonly DomainCounts[];
  /** Required affinity terms that match. */
  readonly affinity: readonly DomainCounts[];
  /** Sums of the weights of preferred terms that match. */
  readonly preferred: readonly DomainCounts[];
}

const noBearing: Bearing = { antiAffinity: [], affinity: [], preferred: [] };

/** Counts by topology key. */
class CountsByKey {
  readonly all: DomainCounts[] = [];
  readonly #byKey = new Map<string, DomainCounts>();

  get(topologyKey: string, table: NodeDomainsTable): DomainCounts {
    const known = this.#byKey.get(topologyKey);
    if (known !== undefined) return known;
    const counts = new DomainCounts(table.byLabel(topologyKey));
    this.#byKey.set(topologyKey, counts);
    this.all.push(counts);
    return counts;
  }
}

class LabelBearing implements Bearing, View<ShapeTerms> {
  readonly groups = new Set<Group<ShapeTerms>>();
  readonly labels: LabelSet;
  lastUsed = 0;
  readonly #cluster: ClusterState;
  readonly #table: NodeDomainsTable;
  readonly #antiAffinity = new CountsByKey();
  readonly #affinity = new CountsByKey();
  readonly #preferred = new CountsByKey();
  readonly antiAffinity = this.#antiAffinity.all;
  readonly affinity = this.#affinity.all;
  readonly preferred = this.#preferred.all;

  constructor(labels: LabelSet, cluster: ClusterState, table: NodeDomainsTable) {
    this.labels = labels;
    this.#cluster = cluster;
    this.#table = table;
  }

  sharesOf({ requiredAntiAffinity, requiredAffinity, preferred }: ShapeTerms): readonly Share[] {
    return [
      ...this.#shares(requiredAntiAffinity, this.#antiAffinity),
      ...this.#shares(requiredAffinity, this.#affinity),
      ...this.#shares(preferred, this.#preferred),
    ];
  }

  #shares(terms: readonly AffinityTerm[], counts: CountsByKey): Share[] {
    return terms
      .filter((term) => matchesForExisting(term, this.labels, this.#cluster.objects))
      .map(({ topologyKey, weight }) => ({ tally: counts.get(topologyKey, this.#table), amount: weight }));
  }
}

/** More sets of labels of pods that come are not kept in mind. */
const mostBearings = 2048;

export class TermCarriers {
  readonly #cluster: ClusterState;
  readonly #table: NodeDomainsTable;
  readonly #matchmaker = new Matchmaker<LabelBearing, Group<ShapeTerms>>();
  readonly #census = this.#newCensus();
  readonly #bearings: RecentPool<number, LabelBearing>;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.#table = cluster.part(nodeDomainsTable);
    this.#bearings = new RecentPool(mostBearings, (bearing) => this.#census.removeView(bearing));
    for (let slot = 0; slot < cluster.capacity; slot += 1) {
      for (const info of cluster.podsOn(slot)) this.#census.change(info, slot, 1);
    }
    cluster.objects.listen('Namespace', (before, after) => {
      const name = (after ?? before)?.metadata.name;
      this.#bearings.dropWhere(({ labels }) => labels.namespace === name);
    });
    cluster.listen({
      podAssigned: (info, slot) => this.#census.change(info, slot, 1),
      podUnassigned: (info, slot) => this.#census.change(info, slot, -1),
      nodeChanged: (slot) => {
        const { moves } = this.#table;
        if (moves.size === 0) return;
        for (const info of cluster.podsOn(slot)) this.#census.moved(info, moves);
      },
    });
  }

  /** Distinct lists of terms that are kept in mind. */
  get groupCount(): number {
    return this.#census.groupCount;
  }

  /** Good for a cycle; see PlacedPods. It follows changes of pods and nodes. */
  towards(labels: LabelSet): Bearing {
    if (this.#census.groupCount === 0) return noBearing;
    return this.#bearings.get(labels.id, () => {
      const bearing = new LabelBearing(labels, this.#cluster, this.#table);
      this.#census.addView(bearing);
      return bearing;
    });
  }

  #newCensus(): Census<string, ShapeTerms, LabelBearing> {
    const matchmaker = this.#matchmaker;
    const anchorsOf = (terms: ShapeTerms): readonly Anchors[] =>
      [...terms.requiredAntiAffinity, ...terms.requiredAffinity, ...terms.preferred].map(({ anchors }) => anchors);
    return new Census({
      keyOf: ({ shape }: PodInfo) => shapeTerms(shape).key || undefined,
      kindOf: ({ shape }) => shapeTerms(shape),
      viewsFor: (terms) => matchmaker.labelledFor(anchorsOf(terms)),
      groupsFor: ({ labels }) => matchmaker.selectingFor(labels.labels),
      addGroup: (group) => matchmaker.addSelecting(group, anchorsOf(group.kind)),
      removeGroup: (group) => matchmaker.removeSelecting(group),
      addView: (bearing) => matchmaker.addLabelled(bearing, bearing.labels.labels),
      removeView: (bearing) => matchmaker.removeLabelled(bearing),
    });
  }
}

/** The one of a cluster, for all profiles. */
export const termCarriers = (cluster: ClusterState): TermCarriers => new TermCarriers(cluster);
