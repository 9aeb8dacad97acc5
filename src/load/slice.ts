/** One short measurement: what is asked of the load generators, and what comes back. */
import type { Netns } from '../../native/netns/index.ts';
import type { LoadOptions, LoadResult } from '../../native/traffic/index.ts';
import type { Validity } from '../lab/records.ts';
import type { HistogramCounts } from '../stats/index.ts';
import type { ValidityLimits } from './validity.ts';

/** The load of one slice as a whole; the pool divides connections, rate and sources among its generators. */
export interface SliceOptions extends Omit<LoadOptions, 'response' | 'service' | 'lateness' | 'stop'> {
  /** Where the clients are. @default the namespace of the process */
  readonly netns?: Netns;
  /** @default what suits the number of CPUs, see `limitsFor` */
  readonly limits?: ValidityLimits;
}

/** What one generator did, and what it cost. */
export interface GeneratorLoad extends LoadResult {
  readonly cpu: number;
  /** Of the arrivals that were asked of it; absent in the closed loop. */
  readonly ratePerSec?: number;
}

/** All generators together. */
export interface SliceMeasurement {
  readonly requests: number;
  readonly errors: LoadResult['errors'];
  readonly queuedArrivals: number;
  readonly droppedArrivals: number;
  /** On the clock of `monotonicNs`; the earliest generator's. */
  readonly startedAtNs: number;
  /** The longest of the generators' windows. */
  readonly durationNs: number;
  /** Sum of the generators' answered requests per second of their own window. */
  readonly ratePerSec: number;
  /** Reply - intended start. */
  readonly response: HistogramCounts;
  /** Reply - actual start. */
  readonly service: HistogramCounts;
  /** Actual - intended start; empty in the closed loop. */
  readonly lateness: HistogramCounts;
  readonly generators: readonly GeneratorLoad[];
  /** Share of the generators' CPUs that the hypervisor gave to others meanwhile, 0 to 1. */
  readonly stealShare: number;
}

export interface SliceLoad extends SliceMeasurement {
  /** Whether the generators were good enough for the figures to speak of the target. */
  readonly validity: Validity;
}

/** All errors of a load. */
export function totalErrors(errors: LoadResult['errors']): number {
  return errors.connect + errors.reset + errors.timeout + errors.short + errors.status;
}
