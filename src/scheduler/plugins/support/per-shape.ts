/** What a plugin prepares once for all pods of a shape. */
import type { PodShape } from '../../cluster/pod-info.ts';

/** Remembers what `make` gives for as long as the shape itself lives; pods of one shape often come in a row. */
export function perShape<T>(make: (shape: PodShape) => T): (shape: PodShape) => T {
  const known = new WeakMap<PodShape, { readonly value: T }>();
  let last: PodShape | undefined;
  let lastValue: T;
  return (shape) => {
    if (shape === last) return lastValue;
    let entry = known.get(shape);
    if (entry === undefined) {
      entry = { value: make(shape) };
      known.set(shape, entry);
    }
    last = shape;
    lastValue = entry.value;
    return lastValue;
  };
}
