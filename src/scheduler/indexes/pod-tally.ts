/** How many pods of one kind are on each node, and what topology keys make of that. */
import type { Node } from '../../api/objects.ts';
import type { ClusterState } from '../cluster/cluster-state.ts';
import { grownInt32 } from '../cluster/growable.ts';
import type { LabelSet, PodInfo } from '../cluster/pod-info.ts';
import { DomainCounts, type TallyView } from './domain-counts.ts';

/** Which pods a tally counts. */
export interface PodMatcher {
  /** Equal for matchers that match the same pods. */
  readonly key: string;
  matches(labels: LabelSet): boolean;
  /** Pods that are being deleted do not count. */
  readonly skipsDeleting: boolean;
}

export class PodTally {
  readonly matcher: PodMatcher;
  /** Of the registry's clock when it was last asked for. */
  lastUsed = 0;
  /** Dropped: nobody keeps it up to date any more. */
  isDead = false;
  readonly #cluster: ClusterState;
  readonly #domains = new Map<string, DomainCounts>();
  readonly #views = new Map<string, TallyView>();
  #bySlot: Int32Array;

  /** Counts the pods that are there; from then on it has to be told. */
  constructor(cluster: ClusterState, matcher: PodMatcher) {
    this.#cluster = cluster;
    this.matcher = matcher;
    this.#bySlot = new Int32Array(cluster.capacity);
    const matching = new Map<number, boolean>();
    for (let slot = 0; slot < cluster.capacity; slot += 1) {
      for (const info of cluster.podsOn(slot)) {
        const { labelSet } = info.shape;
        let matches = matching.get(labelSet.id);
        if (matches === undefined) {
          matches = matcher.matches(labelSet);
          matching.set(labelSet.id, matches);
        }
        if (matches && this.counts(info)) this.#bySlot[slot] = (this.#bySlot[slot] as number) + 1;
      }
    }
  }

  /** By slot, nodes that are not there included. */
  get bySlot(): Int32Array {
    return this.#bySlot;
  }

  /** Whether a pod whose labels match is counted. */
  counts(info: PodInfo): boolean {
    return !(this.matcher.skipsDeleting && info.isDeleting);
  }

  domains(topologyKey: string): DomainCounts {
    const known = this.#domains.get(topologyKey);
    if (known !== undefined) return known;
    const counts = new DomainCounts(this.#cluster.topology(topologyKey));
    this.#domains.set(topologyKey, counts);
    this.#fill(counts);
    return counts;
  }

  /** A view of another kind, made once for each `key`. */
  view<V extends TallyView>(key: string, make: () => V): V {
    const known = this.#views.get(key);
    if (known !== undefined) return known as V;
    const view = make();
    this.#views.set(key, view);
    this.#fill(view);
    return view;
  }

  add(slot: number, delta: number): void {
    this.#bySlot[slot] = (this.#bySlot[slot] as number) + delta;
    if (this.#cluster.node(slot) === undefined) return;
    for (const view of this.#domains.values()) view.added(slot, delta);
    for (const view of this.#views.values()) view.added(slot, delta);
  }

  nodeChanged(slot: number, before: Node | undefined, after: Node | undefined): void {
    const pods = this.#bySlot[slot] as number;
    for (const view of this.#domains.values()) view.nodeChanged(slot, before, after, pods);
    for (const view of this.#views.values()) view.nodeChanged(slot, before, after, pods);
  }

  grown(capacity: number): void {
    this.#bySlot = grownInt32(this.#bySlot, capacity);
    for (const view of this.#views.values()) view.grown?.(capacity);
  }

  #fill(view: TallyView): void {
    for (const slot of this.#cluster.order) {
      view.nodeChanged(slot, undefined, this.#cluster.node(slot), this.#bySlot[slot] as number);
    }
  }
}
