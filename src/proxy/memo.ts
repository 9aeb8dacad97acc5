/** Remembers what was worked out for an object that never changes, for as long as the object lives. */

/**
 * `compute`, at most once per key object. Planning leans on it: a Service port that is the same object as before has
 * the same chains as before, which is how kube-proxy's partial sync knows what it need not look at.
 */
export function memoize<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found.value;
    const value = compute(key);
    known.set(key, { value });
    return value;
  };
}
