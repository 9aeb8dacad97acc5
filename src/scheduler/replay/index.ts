/** Replays of traces: a scheduler works through them on virtual time; what came of it, and figures of that. */
export { allocationCurve, type CurvePoint, curveAt } from './allocation-curve.ts';
export { type Preemptions, preemptionsOf } from './preemptions.ts';
export type { ReplayLog, ReplayRecord } from './replay-log.ts';
export { type ReplayRunOptions, runReplay } from './run-replay.ts';
export { type ReplaySummary, summarizeReplay } from './summarize.ts';
export { type UtilizationSpan, utilizationOverTime } from './utilization.ts';
export { summarizeWaits, type Waiting, type WaitSummary, waitingOf } from './waiting.ts';
