/** Small helpers for arbitraries that shrink to the plain case. */
import fc from 'fast-check';

/** `value` in so many of a hundred cases, otherwise `plain`; shrinks to `plain`. */
export function sometimes<T>(percent: number, value: fc.Arbitrary<T>, plain: T): fc.Arbitrary<T> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 100 - percent, arbitrary: fc.constant(plain) },
    { weight: percent, arbitrary: value },
  );
}

/** Present in so many of a hundred cases. */
export const maybe = <T>(percent: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  sometimes<T | undefined>(percent, value, undefined);

export const chance = (percent: number): fc.Arbitrary<boolean> => sometimes(percent, fc.constant(true), false);

/** A list that is empty in most cases, and short otherwise. */
export const few = <T>(percent: number, value: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<T[]> =>
  sometimes<T[]>(percent, fc.array(value, { minLength: 1, maxLength }), []);

/** Values by key; a key whose value is absent is left out. */
export function compact<T>(entries: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** The property itself, or none. For fields that must be absent rather than undefined. */
export function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}
