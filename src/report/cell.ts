/** All slices of one arm at one point: what estimates are made from, in memory that does not grow with requests. */
import type { Arm, Measure, Point, SliceRecord } from '../lab/records.ts';
import { compactPercentile, compactSparse } from '../stats/compact-histogram.ts';
import { HistogramBlocks } from '../stats/histogram-blocks.ts';
import { type Metric, measureInfo } from './measures.ts';

export class Cell {
  readonly arm: Arm;
  readonly measure: Measure;
  readonly point: Point;
  /** Latencies of the valid slices. */
  readonly latency = new HistogramBlocks();
  /** Requests per backend, a list for each valid slice. */
  readonly backends: (readonly number[])[] = [];
  #valid = 0;
  #void = 0;
  #samples = 0;
  readonly #values = new Map<Metric, Map<number, number>>();

  constructor(arm: Arm, measure: Measure, point: Point) {
    this.arm = arm;
    this.measure = measure;
    this.point = point;
  }

  /** A void slice is counted and otherwise ignored. A round that was measured twice, in a resumed run, counts once in ratios. */
  add(slice: SliceRecord): void {
    if (slice.validity.state === 'void') {
      this.#void += 1;
      return;
    }
    this.#valid += 1;
    this.#samples += slice.samples;
    for (const metric of measureInfo[this.measure].values) this.#note(metric, slice.round, slice.values[metric]);
    if (slice.latency !== undefined && slice.latency.buckets.length > 0) {
      const latency = compactSparse(slice.latency);
      this.#note('p50Ns', slice.round, compactPercentile(latency, 0.5));
      this.#note('p90Ns', slice.round, compactPercentile(latency, 0.9));
      this.#note('p99Ns', slice.round, compactPercentile(latency, 0.99));
      this.latency.add(latency);
    }
    if (slice.backends !== undefined) this.backends.push(slice.backends);
  }

  get slices(): { readonly valid: number; readonly void: number } {
    return { valid: this.#valid, void: this.#void };
  }

  /** Packets, requests or operations in the valid slices. */
  get samples(): number {
    return this.#samples;
  }

  /** The metric's value in each valid slice that has it, by round. */
  values(metric: Metric): ReadonlyMap<number, number> {
    return this.#values.get(metric) ?? new Map();
  }

  #note(metric: Metric, round: number, value: number | undefined): void {
    if (value === undefined) return;
    const byRound = this.#values.get(metric) ?? new Map<number, number>();
    this.#values.set(metric, byRound.set(round, value));
  }
}
