/** Finds what differs between two states of the same list of things, most of which are the same objects. Pure. */

/** A thing that is new (no `before`), gone (no `after`) or different. */
export interface Difference<T> {
  readonly before?: T;
  readonly after?: T;
}

export interface Comparison<T> {
  /** In the order of the later list, those that are gone at the end. */
  readonly differences: readonly Difference<T>[];
  /** Things that are the same object before and after. */
  readonly kept: readonly T[];
}

/**
 * Things are told apart by `idOf` and taken for unchanged when they are the same object, which a planner that
 * remembers sees to. Of 10,000 things of which one changed only the surroundings of that one cost more than a
 * comparison of references.
 */
export function compareLists<T extends object>(
  before: readonly T[],
  after: readonly T[],
  idOf: (thing: T) => string,
): Comparison<T> {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;

  const known = new Map<string, T>();
  for (const thing of before.slice(head, before.length - tail)) known.set(idOf(thing), thing);
  const differences: Difference<T>[] = [];
  const kept = [...after.slice(0, head), ...after.slice(after.length - tail)];
  for (const thing of after.slice(head, after.length - tail)) {
    const id = idOf(thing);
    const old = known.get(id);
    known.delete(id);
    if (old === undefined) differences.push({ after: thing });
    else if (old === thing) kept.push(thing);
    else differences.push({ before: old, after: thing });
  }
  for (const thing of known.values()) differences.push({ before: thing });
  return { differences, kept };
}

/**
 * Which of the possessions of things come and go with the differences, when several things may share one: what an
 * unchanged thing has too neither comes nor goes. Possessions are told apart by `idOf`.
 */
export function sharedChanges<T, P>(
  { differences, kept }: Comparison<T>,
  possessionsOf: (thing: T) => readonly P[],
  idOf: (possession: P) => string,
): { readonly added: readonly P[]; readonly removed: readonly P[] } {
  const collect = (things: readonly (T | undefined)[]): Map<string, P> => {
    const possessions = new Map<string, P>();
    for (const thing of things) {
      if (thing === undefined) continue;
      for (const possession of possessionsOf(thing)) possessions.set(idOf(possession), possession);
    }
    return possessions;
  };
  const removed = collect(differences.map(({ before }) => before));
  const added = collect(differences.map(({ after }) => after));
  for (const id of added.keys()) if (removed.delete(id)) added.delete(id);
  if (removed.size + added.size > 0) {
    for (const thing of kept) {
      for (const possession of possessionsOf(thing)) {
        const id = idOf(possession);
        removed.delete(id);
        added.delete(id);
      }
    }
  }
  return { added: [...added.values()], removed: [...removed.values()] };
}
