/**
 * Finds who may match whom among sets of labels on one side and selectors on the other, without trying them all: most
 * selectors demand one of a few values of some label, and are found by it. What is found still has to be tried.
 */
import type { LabelSelector, Labels } from '../../api/objects.ts';

/** One of these values of a label is on everything that a selector selects. */
export interface Anchor {
  readonly key: string;
  readonly values: readonly string[];
}

/** All of the anchors that a selector has; none where nothing of the kind is known. */
export type Anchors = readonly Anchor[];

/** Of a selector that selects nothing. */
export const nowhere: Anchors = [{ key: '', values: [] }];

export function anchorsOf(selector: LabelSelector | undefined): Anchors {
  if (selector === undefined) return nowhere;
  const equal = Object.entries(selector.matchLabels).map(([key, value]) => ({ key, values: [value] }));
  const among = selector.matchExpressions.filter(({ operator }) => operator === 'In');
  return [...equal, ...among.map(({ key, values }) => ({ key, values }))];
}

/** Members of two kinds: those with labels, and those with selectors, of which one has to match. */
export class Matchmaker<Labelled, Selecting> {
  readonly #labels = new Map<Labelled, Labels>();
  /** By label and value, for the labels that have been asked for. */
  readonly #labelled = new Map<string, Sets<Labelled>>();
  /** By label and value of the anchor that they were put under. */
  readonly #selecting = new Map<string, Sets<Selecting>>();
  readonly #unanchored = new Set<Selecting>();
  readonly #places = new Map<Selecting, readonly (Anchor | undefined)[]>();

  addLabelled(member: Labelled, labels: Labels): void {
    this.#labels.set(member, labels);
    for (const [key, sets] of this.#labelled) {
      const value = labels[key];
      if (value !== undefined) sets.add(value, member);
    }
  }

  removeLabelled(member: Labelled): void {
    const labels = this.#labels.get(member);
    if (labels === undefined) return;
    this.#labels.delete(member);
    for (const [key, sets] of this.#labelled) {
      const value = labels[key];
      if (value !== undefined) sets.delete(value, member);
    }
  }

  addSelecting(member: Selecting, selectors: readonly Anchors[]): void {
    const places = selectors.map((anchors) => leastCrowded(anchors, (key) => this.#selecting.get(key)));
    this.#places.set(member, places);
    for (const place of places) {
      if (place === undefined) this.#unanchored.add(member);
      else {
        const sets = setsOf(this.#selecting, place.key);
        for (const value of place.values) sets.add(value, member);
      }
    }
  }

  removeSelecting(member: Selecting): void {
    for (const place of this.#places.get(member) ?? []) {
      if (place === undefined) this.#unanchored.delete(member);
      else for (const value of place.values) this.#selecting.get(place.key)?.delete(value, member);
    }
    this.#places.delete(member);
  }

  /** Those with selectors that may match the labels. */
  selectingFor(labels: Labels): ReadonlySet<Selecting> {
    const found = new Set(this.#unanchored);
    for (const [key, sets] of this.#selecting) {
      const value = labels[key];
      if (value === undefined) continue;
      for (const member of sets.get(value)) found.add(member);
    }
    return found;
  }

  /** Those with labels that one of the selectors may match. */
  labelledFor(selectors: readonly Anchors[]): ReadonlySet<Labelled> {
    const found = new Set<Labelled>();
    for (const anchors of selectors) {
      const anchor = leastCrowded(anchors, (key) => this.#column(key));
      if (anchor === undefined) return new Set(this.#labels.keys());
      for (const value of anchor.values) for (const member of this.#column(anchor.key).get(value)) found.add(member);
    }
    return found;
  }

  #column(key: string): Sets<Labelled> {
    const known = this.#labelled.get(key);
    if (known !== undefined) return known;
    const sets = setsOf(this.#labelled, key);
    for (const [member, { [key]: value }] of this.#labels) if (value !== undefined) sets.add(value, member);
    return sets;
  }
}

class Sets<T> {
  readonly #byValue = new Map<string, Set<T>>();

  get(value: string): ReadonlySet<T> {
    return this.#byValue.get(value) ?? none;
  }

  add(value: string, member: T): void {
    const known = this.#byValue.get(value);
    if (known === undefined) this.#byValue.set(value, new Set([member]));
    else known.add(member);
  }

  delete(value: string, member: T): void {
    const members = this.#byValue.get(value);
    members?.delete(member);
    if (members?.size === 0) this.#byValue.delete(value);
  }
}

const none: ReadonlySet<never> = new Set<never>();

function setsOf<T>(columns: Map<string, Sets<T>>, key: string): Sets<T> {
  const known = columns.get(key);
  if (known !== undefined) return known;
  const sets = new Sets<T>();
  columns.set(key, sets);
  return sets;
}

function leastCrowded<T>(anchors: Anchors, setsFor: (key: string) => Sets<T> | undefined): Anchor | undefined {
  let best: Anchor | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const anchor of anchors) {
    const sets = setsFor(anchor.key);
    const members = anchor.values.reduce((sum, value) => sum + (sets?.get(value).size ?? 0), 0);
    if (members >= fewest) continue;
    best = anchor;
    fewest = members;
  }
  return best;
}
