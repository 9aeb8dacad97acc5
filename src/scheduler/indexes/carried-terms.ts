/**
 * Affinity terms of pods that are on nodes, as they bear on pods that come: for each distinct term its carriers by
 * topology domain. Which terms match a set of labels is remembered, so that a decision does not look at the carriers.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { LabelSet, PodInfo, PodShape } from '../cluster/pod-info.ts';
import { DomainCounts } from './domain-counts.ts';

/** A term as a pod carries it. */
export interface CarriedTerm {
  /** Equal for terms that match the same pods. */
  readonly key: string;
  readonly topologyKey: string;
  /** How much one carrier counts; not 0. */
  readonly weight: number;
  matches(labels: LabelSet): boolean;
}

/** One distinct term with the sum of its carriers' weights by domain. */
export interface TermCarriers {
  readonly term: CarriedTerm;
  readonly domains: DomainCounts;
  /** Carriers on nodes that have the label, whatever they weigh. */
  readonly carriers: DomainCounts;
}

interface Carried {
  readonly entry: Entry;
  readonly weight: number;
}

interface Entry extends TermCarriers {
  /** Pods that carry it, on whatever node. */
  pods: number;
}

interface Matching {
  readonly entries: Entry[];
  upTo: number;
}

/** So many terms without carriers are put up with before all lists are made anew. */
const mostIdle = 1024;

export class CarriedTerms {
  readonly #cluster: ClusterState;
  readonly #termsOf: (shape: PodShape) => readonly CarriedTerm[];
  readonly #byKey = new Map<string, Entry>();
  #entries: Entry[] = [];
  #carried = new WeakMap<PodShape, readonly Carried[]>();
  #matching = new Map<number, Matching>();
  #idle = 0;

  /** @param termsOf what a pod of the shape carries */
  constructor(cluster: ClusterState, termsOf: (shape: PodShape) => readonly CarriedTerm[]) {
    this.#cluster = cluster;
    this.#termsOf = termsOf;
    for (let slot = 0; slot < cluster.capacity; slot += 1) {
      for (const info of cluster.podsOn(slot)) this.#change(info, slot, 1);
    }
    cluster.listen({
      podAssigned: (info, slot) => this.#change(info, slot, 1),
      podUnassigned: (info, slot) => this.#change(info, slot, -1),
      nodeChanged: (slot, before, after) => {
        for (const info of cluster.podsOn(slot)) {
          for (const { entry, weight } of this.#carriedBy(info.shape)) {
            entry.domains.nodeChanged(slot, before, after, weight);
            entry.carriers.nodeChanged(slot, before, after, 1);
          }
        }
      },
    });
  }

  /** Terms that match pods with these labels; some may have no carriers any more. */
  matching(labels: LabelSet): readonly TermCarriers[] {
    let matching = this.#matching.get(labels.id);
    if (matching === undefined) {
      matching = { entries: [], upTo: 0 };
      this.#matching.set(labels.id, matching);
    }
    for (; matching.upTo < this.#entries.length; matching.upTo += 1) {
      const entry = this.#entries[matching.upTo] as Entry;
      if (entry.term.matches(labels)) matching.entries.push(entry);
    }
    return matching.entries;
  }

  /** Forgets which terms match which labels: namespaces have other labels now. */
  forgetMatches(): void {
    this.#matching.clear();
  }

  #change(info: PodInfo, slot: number, sign: 1 | -1): void {
    const carried = this.#carriedBy(info.shape);
    if (carried.length === 0) return;
    const hasNode = this.#cluster.node(slot) !== undefined;
    for (const { entry, weight } of carried) {
      if (entry.pods === 0 && sign === 1) this.#idle -= 1;
      entry.pods += sign;
      if (hasNode) {
        entry.domains.added(slot, sign * weight);
        entry.carriers.added(slot, sign);
      }
      if (entry.pods === 0) this.#idle += 1;
    }
    if (this.#idle > mostIdle) this.#dropIdle();
  }

  #carriedBy(shape: PodShape): readonly Carried[] {
    const known = this.#carried.get(shape);
    if (known !== undefined) return known;
    const carried = this.#termsOf(shape).map((term) => ({ entry: this.#entryOf(term), weight: term.weight }));
    this.#carried.set(shape, carried);
    return carried;
  }

  #entryOf(term: CarriedTerm): Entry {
    const key = `${term.key}\u0000${term.topologyKey}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const column = this.#cluster.topology(term.topologyKey);
    const entry: Entry = { term, domains: new DomainCounts(column), carriers: new DomainCounts(column), pods: 0 };
    this.#idle += 1;
    this.#byKey.set(key, entry);
    this.#entries.push(entry);
    return entry;
  }

  #dropIdle(): void {
    for (const [key, entry] of this.#byKey) if (entry.pods === 0) this.#byKey.delete(key);
    this.#entries = [...this.#byKey.values()];
    this.#matching.clear();
    // Shapes remember entries that are gone now; they find the ones that are left by their terms.
    this.#carried = new WeakMap();
    this.#idle = 0;
  }
}
