/** Numbers as fine as they are known. */

/**
 * A copy of plain data with six significant digits to every number that is not whole: finer than any figure is
 * known, coarser than what the last bit of a logarithm may differ by between two builds of Node.
 */
export function significant<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(6)) : part,
    ),
  ) as T;
}
