/** Typed arrays indexed by slot that grow by doubling. Whoever keeps one across a change of the cluster must fetch it anew. */

export function grownInt32(array: Int32Array, capacity: number, fill = 0): Int32Array {
  const grown = new Int32Array(capacity);
  if (fill !== 0) grown.fill(fill, array.length);
  grown.set(array);
  return grown;
}

export function grownFloat64(array: Float64Array, capacity: number): Float64Array {
  const grown = new Float64Array(capacity);
  grown.set(array);
  return grown;
}

export function grownBigInt64(array: BigInt64Array, capacity: number): BigInt64Array {
  const grown = new BigInt64Array(capacity);
  grown.set(array);
  return grown;
}
