/** All slices of one scheduler profile. */
import type { SchedulingRecord } from '../../lab/records.ts';
import { compactSparse } from '../../stats/compact-histogram.ts';
import { HistogramBlocks } from '../../stats/histogram-blocks.ts';
import type { ByRound } from '../../stats/paired-ratio.ts';

export class ProfileCell {
  readonly profile: string;
  /** Of each attempt. */
  readonly latency = new HistogramBlocks();
  #slices = 0;
  #attempts = 0;
  #bound = 0;
  #pending = 0;
  readonly #podsPerSec = new Map<number, number>();
  readonly #pendingShare = new Map<number, number>();

  constructor(profile: string) {
    this.profile = profile;
  }

  /** A round that was measured twice, in a resumed run, counts once in rates and ratios. */
  add({ round, durationNs, bound, pending, attempts, latency }: SchedulingRecord): void {
    this.#slices += 1;
    this.#attempts += attempts;
    this.#bound += bound;
    this.#pending += pending;
    if (durationNs > 0) this.#podsPerSec.set(round, bound / (durationNs / 1e9));
    if (bound + pending > 0) this.#pendingShare.set(round, pending / (bound + pending));
    if (latency.buckets.length > 0) this.latency.add(compactSparse(latency));
  }

  /** Sums over all slices. */
  get counts(): {
    readonly slices: number;
    readonly attempts: number;
    readonly bound: number;
    readonly pending: number;
  } {
    return { slices: this.#slices, attempts: this.#attempts, bound: this.#bound, pending: this.#pending };
  }

  get podsPerSec(): readonly number[] {
    return [...this.#podsPerSec.values()];
  }

  /** Without slices in which no pod got a node, which have no ratio. */
  get positiveRates(): ByRound {
    return new Map([...this.#podsPerSec].filter(([, rate]) => rate > 0));
  }

  get pendingShares(): readonly number[] {
    return [...this.#pendingShare.values()];
  }
}
