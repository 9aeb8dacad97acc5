/**
 * Was the generator good enough? A chain of predicates, each a pure function of the measurement. A slice that fails
 * one is void: it is kept and shown, and never averaged in.
 */
import type { Validity, VoidReason } from '../lab/records.ts';
import { percentile, totalCount } from '../stats/index.ts';
import { type GeneratorLoad, type SliceMeasurement, totalErrors } from './slice.ts';

/** The limits of a valid slice; shares are 0 to 1. */
export interface ValidityLimits {
  /** Open loop: a generator this busy has no time left to be on time. */
  readonly busyShare: number;
  /** Open loop: p99 lateness may be this share of a generator's mean gap between arrivals … */
  readonly latenessGapShare: number;
  /** … or this long, ns: no thread wakes up or sends a batch in no time at all … */
  readonly latenessFloorNs: number;
  /** … or this share of the p99 response time, whichever is most: then the figure speaks of the target all the same. */
  readonly latenessResponseShare: number;
  /** Share of the window in which a generator was ready to run, or its CPU was taken away, but it had none. */
  readonly starvedShare: number;
  /** Where the kernel does not tell that time: how often a second the CPU was taken from a generator. */
  readonly switchesPerSec: number;
  /** Share of requests without a good reply. */
  readonly errorShare: number;
  /** Open loop: share of arrivals that were never started. */
  readonly droppedShare: number;
}

const ownCpuLimits: ValidityLimits = {
  busyShare: 0.9,
  latenessGapShare: 0.1,
  latenessFloorNs: 100_000,
  latenessResponseShare: 0.5,
  starvedShare: 0.1,
  switchesPerSec: 2_000,
  errorShare: 0.001,
  droppedShare: 0.001,
};

/**
 * A generator that shares its only CPU with the servers waits for it by necessity (a guest kernel): there, waiting is
 * part of the figure and no fault, and a start is late by what a few system calls of a guest take.
 */
const sharedCpuLimits: ValidityLimits = {
  ...ownCpuLimits,
  // The guest counts CPU time in ticks of 10 ms, too coarse for a share of a slice; lateness tells as well.
  busyShare: Number.POSITIVE_INFINITY,
  latenessFloorNs: 5_000_000,
  starvedShare: Number.POSITIVE_INFINITY,
  switchesPerSec: Number.POSITIVE_INFINITY,
};

/** The limits that suit a machine: with one CPU, generators and servers share it. */
export function limitsFor(cpuCount: number): ValidityLimits {
  return cpuCount > 1 ? ownCpuLimits : sharedCpuLimits;
}

/** One check: a reason when the slice is void by it. */
export type ValidityCheck = (load: SliceMeasurement, limits: ValidityLimits) => VoidReason | undefined;

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.01 ? 2 : 0)} %`;
const micros = (ns: number): string => `${(ns / 1000).toFixed(0)} us`;

/** The largest value of `measure` over the generators. */
function worst(load: SliceMeasurement, measure: (generator: GeneratorLoad) => number): number {
  return Math.max(0, ...load.generators.map(measure));
}

/** Per second of its window; 0 when it never opened. */
function perWindow(generator: GeneratorLoad, amount: number): number {
  return generator.durationNs > 0 ? amount / generator.durationNs : 0;
}

/** Closed loop: the generator is busy by definition, and nothing is meant to start at a time of its own. */
function isOpenLoop(load: SliceMeasurement): boolean {
  return load.generators.some((generator) => generator.ratePerSec !== undefined);
}

/** No request was answered. */
export const noSamples: ValidityCheck = (load) =>
  load.requests > 0
    ? undefined
    : { code: 'no-samples', message: `no request was answered; ${totalErrors(load.errors)} failed` };

/** Too many requests failed. */
export const tooManyErrors: ValidityCheck = (load, limits) => {
  const failed = totalErrors(load.errors);
  const share = failed / Math.max(1, failed + load.requests);
  if (share <= limits.errorShare) return undefined;
  const kinds = Object.entries(load.errors)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${count}`);
  return {
    code: 'errors',
    message: `${percent(share)} of the requests failed (${kinds.join(', ')}), more than ${percent(limits.errorShare)}`,
  };
};

/** Open loop: the generator's thread had no time to spare. Time spent looking for the next arrival is to spare. */
export const generatorSaturated: ValidityCheck = (load, limits) => {
  if (!isOpenLoop(load)) return undefined;
  const share = worst(load, (generator) => perWindow(generator, generator.cpuNs - generator.spinNs));
  if (share < limits.busyShare) return undefined;
  return {
    code: 'generator-saturated',
    message: `a generator was busy for ${percent(share)} of the time; lower the rate or give it more CPUs`,
  };
};

/** Open loop: arrivals were given up because no connection was free for them in time. */
export const arrivalsDropped: ValidityCheck = (load, limits) => {
  const share = load.droppedArrivals / Math.max(1, load.droppedArrivals + totalCount(load.lateness));
  if (share <= limits.droppedShare) return undefined;
  return {
    code: 'generator-saturated',
    message:
      `${load.droppedArrivals} arrivals (${percent(share)}) were never started: all connections were busy; ` +
      'lower the rate or raise the connections',
  };
};

/** Open loop: requests started later than they were meant to. */
export const generatorLate: ValidityCheck = (load, limits) => {
  if (totalCount(load.lateness) === 0) return undefined;
  const lateNs = percentile(load.lateness, 0.99);
  const gapNs = 1e9 / worst(load, (generator) => generator.ratePerSec ?? 0);
  const responseNs = totalCount(load.response) > 0 ? percentile(load.response, 0.99) : 0;
  const limitNs = Math.max(
    limits.latenessGapShare * gapNs,
    limits.latenessFloorNs,
    limits.latenessResponseShare * responseNs,
  );
  if (lateNs <= limitNs) return undefined;
  const queued = load.queuedArrivals / totalCount(load.lateness);
  return {
    code: 'generator-late',
    message:
      `p99 lateness is ${micros(lateNs)}, more than ${micros(limitNs)}; ` +
      (queued > 0.01
        ? `${percent(queued)} of the arrivals found every connection busy: raise the connections or lower the rate`
        : 'lower the rate, or give the generator a CPU of its own'),
  };
};

/** The thread was ready to run and had no CPU. */
export const generatorStarved: ValidityCheck = (load, limits) => {
  const share = load.stealShare + worst(load, (generator) => perWindow(generator, generator.runDelayNs ?? 0));
  if (share >= limits.starvedShare) {
    return {
      code: 'generator-starved',
      message: `a generator was kept off its CPU for ${percent(share)} of the time; leave that CPU to it`,
    };
  }
  const switches = worst(load, (generator) =>
    generator.runDelayNs === undefined ? perWindow(generator, generator.involuntarySwitches) * 1e9 : 0,
  );
  if (switches < limits.switchesPerSec) return undefined;
  return {
    code: 'generator-starved',
    message: `a generator lost its CPU ${switches.toFixed(0)} times a second; leave that CPU to it`,
  };
};

/** All checks, in the order in which their reasons are shown. */
export const validityChecks: readonly ValidityCheck[] = [
  noSamples,
  tooManyErrors,
  generatorSaturated,
  arrivalsDropped,
  generatorLate,
  generatorStarved,
];

/** The verdict with every reason against the slice, not only the first. */
export function judge(
  load: SliceMeasurement,
  limits: ValidityLimits,
  checks: readonly ValidityCheck[] = validityChecks,
): Validity {
  const reasons = checks.map((check) => check(load, limits)).filter((reason) => reason !== undefined);
  return reasons.length === 0 ? { state: 'valid' } : { state: 'void', reasons };
}
