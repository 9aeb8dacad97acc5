/**
 * All tallies of a cluster, kept up to date change by change. A change of a pod reaches only the tallies that count
 * pods with its labels; which those are is remembered per set of labels.
 */
import type { ClusterState } from '../cluster/cluster-state.ts';
import type { LabelSet, PodInfo } from '../cluster/pod-info.ts';
import { type PodMatcher, PodTally } from './pod-tally.ts';

/** More are not kept at a time: a workload in which every pod selects something else must not fill the memory. */
const mostTallies = 512;

/** Tallies that count pods with certain labels, of those made before `upTo`. */
interface Matching {
  readonly tallies: PodTally[];
  upTo: number;
}

export class PodTallies {
  readonly #cluster: ClusterState;
  readonly #byKey = new Map<string, PodTally>();
  /** In the order in which they were made. */
  #tallies: PodTally[] = [];
  #matching = new Map<number, Matching>();
  #clock = 0;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    cluster.listen({
      podAssigned: (info, slot) => this.#count(info, slot, 1),
      podUnassigned: (info, slot) => this.#count(info, slot, -1),
      nodeChanged: (slot, before, after) => {
        for (const tally of this.#tallies) tally.nodeChanged(slot, before, after);
      },
      grown: (capacity) => {
        for (const tally of this.#tallies) tally.grown(capacity);
      },
    });
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** The tally of a matcher; it stays good as long as it is asked for now and then (see `isDead`). */
  get(matcher: PodMatcher): PodTally {
    this.#clock += 1;
    let tally = this.#byKey.get(matcher.key);
    if (tally === undefined) {
      if (this.#byKey.size >= mostTallies) this.#dropOldest();
      tally = new PodTally(this.#cluster, matcher);
      this.#byKey.set(matcher.key, tally);
      this.#tallies.push(tally);
    }
    tally.lastUsed = this.#clock;
    return tally;
  }

  /** Forgets every tally: what matches what has changed in another way than by pods and nodes. */
  clear(): void {
    for (const tally of this.#tallies) tally.isDead = true;
    this.#byKey.clear();
    this.#tallies = [];
    this.#matching.clear();
  }

  #count(info: PodInfo, slot: number, delta: number): void {
    if (this.#tallies.length === 0) return;
    for (const tally of this.#talliesOf(info.shape.labelSet)) if (tally.counts(info)) tally.add(slot, delta);
  }

  #talliesOf(labels: LabelSet): readonly PodTally[] {
    let matching = this.#matching.get(labels.id);
    if (matching === undefined) {
      matching = { tallies: [], upTo: 0 };
      this.#matching.set(labels.id, matching);
    }
    for (; matching.upTo < this.#tallies.length; matching.upTo += 1) {
      const tally = this.#tallies[matching.upTo] as PodTally;
      if (tally.matcher.matches(labels)) matching.tallies.push(tally);
    }
    return matching.tallies;
  }

  /** Half of them at once, so that the work of forgetting is spread over many that are made. */
  #dropOldest(): void {
    const byUse = [...this.#tallies].sort((a, b) => a.lastUsed - b.lastUsed);
    for (const tally of byUse.slice(0, mostTallies / 2)) {
      tally.isDead = true;
      this.#byKey.delete(tally.matcher.key);
    }
    this.#tallies = this.#tallies.filter(({ isDead }) => !isDead);
    this.#matching.clear();
  }
}

/** The tallies of a cluster, shared by all plugins and profiles. */
export const podTallies = (cluster: ClusterState): PodTallies => new PodTallies(cluster);
