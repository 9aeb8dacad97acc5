/** A trace's own times as events. */
import { traceErrors } from './errors.ts';
import type { ReplayEvent, TimedOptions } from './replay-plan.ts';
import type { PodTimes, TracePod } from './trace.ts';

const nsPerS = 1e9;

/** @throws InputError for pods without times, or options out of range. */
export function timedEvents(pods: readonly TracePod[], options: TimedOptions): ReplayEvent[] {
  const { arrivalSpeedup = 1, lifetimeSpeedup = 1, departures = 'at-trace-time' } = options;
  checkSpeedup('the speed-up of arrivals', arrivalSpeedup);
  checkSpeedup('the speed-up of lifetimes', lifetimeSpeedup);
  const timed = pods.map((pod) => ({ pod, times: timesOf(pod) }));
  const firstS = timed.reduce((first, { times }) => Math.min(first, times.createdS), Number.POSITIVE_INFINITY);
  const events: (ReplayEvent & { readonly rank: number })[] = [];
  for (const { pod, times } of timed) {
    const timeNs = Math.round(((times.createdS - firstS) * nsPerS) / arrivalSpeedup);
    const lasting = (fromS: number): number => Math.round(((times.deletedS - fromS) * nsPerS) / lifetimeSpeedup);
    const arrives = { kind: 'pod-arrives', timeNs, pod, rank: 1 } as const;
    if (departures === 'after-running') {
      events.push({ ...arrives, runsForNs: lasting(times.scheduledS ?? times.createdS) });
      continue;
    }
    events.push(arrives);
    if (departures === 'never') continue;
    const lifetimeNs = lasting(times.createdS);
    // At one time first make room, then fill it; but who comes and goes at once has to come first.
    const rank = lifetimeNs === 0 ? 2 : 0;
    events.push({ kind: 'pod-departs', timeNs: timeNs + lifetimeNs, name: pod.name, rank });
  }
  events.sort((a, b) => a.timeNs - b.timeNs || a.rank - b.rank);
  return events.map(({ rank: _rank, ...event }) => event);
}

function checkSpeedup(what: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw traceErrors.outOfRange(what, value, 'more than 0');
}

function timesOf({ name, times }: TracePod): PodTimes {
  if (times === undefined) throw traceErrors.noTimes(name);
  return times;
}
