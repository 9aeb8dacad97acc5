/** Arrival processes, worker pool and validity checks: load on a target, whatever stands between. */
export { type ArrivalProcess, arrivalProcess, type OpenArrivals } from './arrivals.ts';
export { allowedCpus } from './cpus.ts';
export { LoadError, type LoadErrorCode, loadErrors } from './errors.ts';
export { LoadPool, type LoadPoolOptions } from './pool.ts';
export { type GeneratorLoad, type SliceLoad, type SliceMeasurement, type SliceOptions, totalErrors } from './slice.ts';
export { parseTarget, resolveTarget, type Target } from './target.ts';
export { judge, limitsFor, type ValidityCheck, type ValidityLimits, validityChecks } from './validity.ts';
