/** A histogram as Prometheus keeps it, and the figures that kube-scheduler's test utilities take from it. */

export class BucketHistogram {
  readonly boundsSeconds: readonly number[];
  /** Per bucket, not cumulative; the last holds what is above all bounds. */
  readonly #counts: Float64Array;
  #count = 0;
  #sumSeconds = 0;

  constructor(boundsSeconds: readonly number[]) {
    this.boundsSeconds = boundsSeconds;
    this.#counts = new Float64Array(boundsSeconds.length + 1);
  }

  get count(): number {
    return this.#count;
  }

  get sumSeconds(): number {
    return this.#sumSeconds;
  }

  observe(seconds: number): void {
    const { boundsSeconds } = this;
    let bucket = 0;
    while (bucket < boundsSeconds.length && seconds > (boundsSeconds[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#sumSeconds += seconds;
  }

  /** Adds what another one of the same buckets has counted. */
  add(other: BucketHistogram): void {
    for (const [bucket, count] of other.#counts.entries()) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#count += other.#count;
    this.#sumSeconds += other.#sumSeconds;
  }

  /** NaN when nothing was observed. */
  averageSeconds(): number {
    return this.#sumSeconds / this.#count;
  }

  /**
   * The value that a share `quantile` of the observations does not exceed, as Prometheus estimates it: values are
   * taken as evenly spread within their bucket, the first bucket as beginning at 0; above the highest bound nothing
   * is known, and that bound is given. With buckets that double, the estimate may be wrong by a factor of two.
   */
  quantileSeconds(quantile: number): number {
    const rank = quantile * this.#count;
    let below = 0;
    let lower = 0;
    for (const [bucket, upper] of this.boundsSeconds.entries()) {
      const count = this.#counts[bucket] ?? 0;
      if (below + count >= rank) return lower + (upper - lower) * ((rank - below) / count);
      below += count;
      lower = upper;
    }
    return lower;
  }
}
