/**
 * How many pods of a selection are in which domain: whoever wants to know asks once, and from then on the answer
 * follows every change of the cluster.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { LabelSet, PodInfo } from '../cluster/pod-info.ts';
import { Census, type Group, type Share, type View } from './census.ts';
import { DomainCounts, type Tally } from './domain-counts.ts';
import { Matchmaker } from './matchmaker.ts';
import { type NodeDomainsTable, type NodeEligibility, nodeDomainsTable } from './node-domains-table.ts';
import type { PodSelection } from './pod-selection.ts';
import { RecentPool } from './recent-pool.ts';
import { SpreadCounts } from './spread-counts.ts';

/** A question, prepared once to be asked often. */
export interface TallyQuery<T extends Tally> {
  readonly key: string;
  readonly selection: PodSelection;
  make(table: NodeDomainsTable): T;
}

/** Pods by the value of a label of their nodes. */
export function countsByLabel(selection: PodSelection, topologyKey: string): TallyQuery<DomainCounts> {
  return {
    key: `${selection.key}\u0000label ${topologyKey}`,
    selection,
    make: (table) => new DomainCounts(table.byLabel(topologyKey)),
  };
}

/** Pods by the slot of their node. */
export function countsBySlot(selection: PodSelection): TallyQuery<DomainCounts> {
  return {
    key: `${selection.key}\u0000slot`,
    selection,
    make: (table) => new DomainCounts(table.bySlot()),
  };
}

/** Pods by the value of a label of their nodes, of the nodes that count for a constraint. */
export function countsForSpreading(
  selection: PodSelection,
  topologyKey: string,
  eligibility: NodeEligibility,
): TallyQuery<SpreadCounts> {
  return {
    key: `${selection.key}\u0000spread ${topologyKey}\u0000${eligibility.key}`,
    selection,
    make: (table) => new SpreadCounts(table.eligible(topologyKey, eligibility)),
  };
}

/** Pods that are the same to every selection. */
interface PodKind {
  readonly labelSet: LabelSet;
  readonly isDeleting: boolean;
}

/** One query's tally. */
class QueryView implements View<PodKind> {
  readonly groups = new Set<Group<PodKind>>();
  readonly selection: PodSelection;
  readonly tally: Tally;
  lastUsed = 0;
  readonly #shares: readonly Share[];

  constructor({ selection, make }: TallyQuery<Tally>, table: NodeDomainsTable) {
    this.selection = selection;
    this.tally = make(table);
    this.#shares = [{ tally: this.tally, amount: 1 }];
  }

  sharesOf({ labelSet, isDeleting }: PodKind): readonly Share[] {
    return this.selection.selects(labelSet, isDeleting) ? this.#shares : noShares;
  }
}

const noShares: readonly Share[] = [];

/** A workload in which every pod asks for something else must not fill the memory. */
const mostTallies = 4096;

export class PlacedPods {
  readonly #cluster: ClusterState;
  readonly #table: NodeDomainsTable;
  readonly #matchmaker = new Matchmaker<Group<PodKind>, QueryView>();
  readonly #census = this.#newCensus();
  readonly #views: RecentPool<string, QueryView>;
  /** Nobody asks in many clusters; then nothing is counted. */
  #isCounting = false;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.#table = cluster.part(nodeDomainsTable);
    this.#views = new RecentPool(mostTallies, (view) => this.#census.removeView(view));
    this.#table.onDrop((domains) => this.#views.dropWhere(({ tally }) => tally.domains === domains));
    cluster.objects.listen('Namespace', () => this.#views.dropWhere(({ selection }) => selection.readsNamespaces));
    cluster.listen({
      podAssigned: (info, slot) => {
        if (this.#isCounting) this.#census.change(info, slot, 1);
      },
      podUnassigned: (info, slot) => {
        if (this.#isCounting) this.#census.change(info, slot, -1);
      },
      nodeChanged: (slot) => {
        const { moves } = this.#table;
        if (!this.#isCounting || moves.size === 0) return;
        for (const info of cluster.podsOn(slot)) this.#census.moved(info, moves);
      },
    });
  }

  /** Tallies that are kept. */
  get size(): number {
    return this.#views.size;
  }

  /** Good until the cluster changes by more than pods and nodes: it may be dropped, so it is asked for in every cycle. */
  tally<T extends Tally>(query: TallyQuery<T>): T {
    const view = this.#views.get(query.key, () => this.#newView(query));
    this.#table.touch(view.tally.domains);
    return view.tally as T;
  }

  #newView(query: TallyQuery<Tally>): QueryView {
    if (!this.#isCounting) this.#startCounting();
    const view = new QueryView(query, this.#table);
    this.#census.addView(view);
    return view;
  }

  #startCounting(): void {
    this.#isCounting = true;
    for (let slot = 0; slot < this.#cluster.capacity; slot += 1) {
      for (const info of this.#cluster.podsOn(slot)) this.#census.change(info, slot, 1);
    }
  }

  #newCensus(): Census<number, PodKind, QueryView> {
    const matchmaker = this.#matchmaker;
    return new Census({
      keyOf: ({ shape, isDeleting }: PodInfo) => 2 * shape.labelSet.id + (isDeleting ? 1 : 0),
      kindOf: ({ shape, isDeleting }) => ({ labelSet: shape.labelSet, isDeleting }),
      viewsFor: ({ labelSet }) => matchmaker.selectingFor(labelSet.labels),
      groupsFor: ({ selection }) => matchmaker.labelledFor([selection.anchors]),
      addGroup: (group) => matchmaker.addLabelled(group, group.kind.labelSet.labels),
      removeGroup: (group) => matchmaker.removeLabelled(group),
      addView: (view) => matchmaker.addSelecting(view, [view.selection.anchors]),
      removeView: (view) => matchmaker.removeSelecting(view),
    });
  }
}

/** The one of a cluster, for all plugins and profiles: `cluster.part(placedPods)`. */
export const placedPods = (cluster: ClusterState): PlacedPods => new PlacedPods(cluster);
