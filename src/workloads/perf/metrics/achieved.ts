/**
 * Throughput and latency of one collection, honestly: no sampling, nothing skipped, every pod counted. Sampling once a
 * second cannot see a scheduler that is done within two.
 */
import { maximum, type Summary, summarize } from './summary.ts';

/** All pods that were created within one collection, or bound within it. Times in milliseconds of one clock. */
export interface PodTimes {
  readonly startMs: number;
  readonly endMs: number;
  /** When each pod was created. */
  readonly createdMs: readonly number[];
  /** From creation to binding, of each pod that was bound. */
  readonly latenciesMs: readonly number[];
}

export interface Achieved {
  readonly elapsedMs: number;
  readonly offeredPods: number;
  /**
   * Created pods over the time from the start to the last creation. Undefined where that took no time that the clock
   * can tell: all pods were offered at once.
   */
  readonly offeredPodsPerSec: number | undefined;
  readonly boundPods: number;
  /** Bound pods over the whole collection. Undefined when no time passed on the clock. */
  readonly achievedPodsPerSec: number | undefined;
  /** Milliseconds; what waiting in the queue took is part of it. Undefined when no pod was bound. */
  readonly latencyMs: Summary | undefined;
}

export function achieved({ startMs, endMs, createdMs, latenciesMs }: PodTimes): Achieved {
  const elapsedMs = endMs - startMs;
  const offeringMs = createdMs.length === 0 ? 0 : maximum(createdMs) - startMs;
  const latency = summarize(latenciesMs);
  return {
    elapsedMs,
    offeredPods: createdMs.length,
    offeredPodsPerSec: ratePerSec(createdMs.length, offeringMs),
    boundPods: latenciesMs.length,
    achievedPodsPerSec: ratePerSec(latenciesMs.length, elapsedMs),
    latencyMs: latency === undefined ? undefined : { ...latency, Max: maximum(latenciesMs) },
  };
}

function ratePerSec(count: number, durationMs: number): number | undefined {
  return durationMs > 0 ? count / (durationMs / 1_000) : undefined;
}
