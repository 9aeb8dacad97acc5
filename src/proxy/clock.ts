/** The clock that programming is timed with. */

/** Nanoseconds of the monotonic clock; exact to the nanosecond for the first 104 days after boot. */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
