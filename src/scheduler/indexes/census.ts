/**
 * Pods that are on nodes, in groups that are the same to an index, and the tallies that each group feeds: a change of a
 * pod touches only what it changes, and a new tally is filled without a look at every pod.
 */
import type { PodInfo } from '../cluster/pod-info.ts';
import { noDomain } from '../cluster/topology-column.ts';
import type { Tally } from './domain-counts.ts';
import type { NodeDomains } from './node-domains.ts';
import type { Move } from './node-domains-table.ts';

/** What each pod of a group is worth to a tally. */
export interface Share {
  readonly tally: Tally;
  readonly amount: number;
}

/** Tallies that come and go together. */
export interface View<Kind> {
  /** Those that it has a share in; kept by the census. */
  readonly groups: Set<Group<Kind>>;
  /** Empty for pods that it does not count. */
  sharesOf(kind: Kind): readonly Share[];
}

interface Feed<Kind> extends Share {
  readonly view: View<Kind>;
}

export class Group<Kind> {
  readonly kind: Kind;
  /** How many of its pods are on which slot. */
  readonly slots = new Map<number, number>();
  feeds: Feed<Kind>[] = [];

  constructor(kind: Kind) {
    this.kind = kind;
  }
}

/** What tells pods apart, and how groups and views that may belong together are found. */
export interface CensusRules<Key, Kind, V extends View<Kind>> {
  /** The same for pods of one group; `undefined` for a pod of no interest. */
  keyOf(info: PodInfo): Key | undefined;
  kindOf(info: PodInfo): Kind;
  viewsFor(kind: Kind): Iterable<V>;
  groupsFor(view: V): Iterable<Group<Kind>>;
  addGroup(group: Group<Kind>): void;
  removeGroup(group: Group<Kind>): void;
  addView(view: V): void;
  removeView(view: V): void;
}

/** Empty groups beyond these, and beyond as many as the others, are forgotten. */
const spareGroups = 256;

export class Census<Key, Kind, V extends View<Kind>> {
  readonly #rules: CensusRules<Key, Kind, V>;
  readonly #groups = new Map<Key, Group<Kind>>();
  #empty = 0;

  constructor(rules: CensusRules<Key, Kind, V>) {
    this.#rules = rules;
  }

  /** Empty ones included. */
  get groupCount(): number {
    return this.#groups.size;
  }

  /** A pod has come to a slot or gone from it. */
  change(info: PodInfo, slot: number, sign: 1 | -1): void {
    const key = this.#rules.keyOf(info);
    if (key === undefined) return;
    const group = this.#groups.get(key) ?? this.#newGroup(key, info);
    const { slots } = group;
    if (slots.size === 0) this.#empty -= 1;
    const pods = (slots.get(slot) ?? 0) + sign;
    if (pods === 0) slots.delete(slot);
    else slots.set(slot, pods);
    for (const { tally, amount } of group.feeds) {
      const domain = tally.domains.of[slot] as number;
      if (domain !== noDomain) tally.add(domain, sign * amount, sign);
    }
    if (slots.size > 0) return;
    this.#empty += 1;
    if (this.#empty > spareGroups + this.#groups.size / 2) this.#forgetEmpty();
  }

  /** The node of the pod's slot counts for other domains now. */
  moved(info: PodInfo, moves: ReadonlyMap<NodeDomains, Move>): void {
    const key = this.#rules.keyOf(info);
    const group = key === undefined ? undefined : this.#groups.get(key);
    for (const { tally, amount } of group?.feeds ?? []) {
      const move = moves.get(tally.domains);
      if (move === undefined) continue;
      if (move.from !== noDomain) tally.add(move.from, -amount, -1);
      if (move.to !== noDomain) tally.add(move.to, amount, 1);
    }
  }

  /** Fills its tallies and keeps them filled. */
  addView(view: V): void {
    this.#rules.addView(view);
    for (const group of this.#rules.groupsFor(view)) {
      for (const share of this.#join(group, view)) {
        const { tally, amount } = share;
        const { of } = tally.domains;
        for (const [slot, pods] of group.slots) {
          const domain = of[slot] as number;
          if (domain !== noDomain) tally.add(domain, pods * amount, pods);
        }
      }
    }
  }

  removeView(view: V): void {
    this.#rules.removeView(view);
    for (const group of view.groups) group.feeds = group.feeds.filter((feed) => feed.view !== view);
    view.groups.clear();
  }

  #newGroup(key: Key, info: PodInfo): Group<Kind> {
    const group = new Group(this.#rules.kindOf(info));
    this.#groups.set(key, group);
    this.#rules.addGroup(group);
    for (const view of this.#rules.viewsFor(group.kind)) this.#join(group, view);
    this.#empty += 1;
    return group;
  }

  #join(group: Group<Kind>, view: V): readonly Share[] {
    const shares = view.sharesOf(group.kind);
    if (shares.length === 0) return shares;
    for (const { tally, amount } of shares) group.feeds.push({ tally, amount, view });
    view.groups.add(group);
    return shares;
  }

  #forgetEmpty(): void {
    for (const [key, group] of this.#groups) {
      if (group.slots.size > 0) continue;
      this.#groups.delete(key);
      this.#rules.removeGroup(group);
      for (const { view } of group.feeds) view.groups.delete(group);
    }
    this.#empty = 0;
  }
}
