/** From a trace to what happens when: pods that arrive and depart, in order of time, for whoever has a clock. */
import { createLabelledRandom } from '../../stats/random.ts';
import { shuffled } from '../shuffled.ts';
import { fillArrivals } from './fill.ts';
import { timedEvents } from './timed.ts';
import { type Trace, type TraceNode, type TracePod, totalGpuMilli } from './trace.ts';

/** Times are nanoseconds since the replay began; beyond 104 days they are exact to 2 ns. */
export type ReplayEvent =
  | {
      readonly kind: 'pod-arrives';
      readonly timeNs: number;
      /** Its name is unique within the replay. */
      readonly pod: TracePod;
      /** It departs so long after it was bound; then no event says so. */
      readonly runsForNs?: number;
    }
  | { readonly kind: 'pod-departs'; readonly timeNs: number; readonly name: string };

/**
 * Fills the cluster up, as in the paper: pods drawn from the trace, with repetition, arrive one by one and stay, until
 * what has arrived is a given share of the cluster's GPUs.
 */
export interface FillOptions {
  readonly kind: 'fill';
  /** Of the pods that are drawn, and of the order of the nodes. */
  readonly seed: number;
  /** Arrived demand at the end, in percent of the GPUs of all nodes. @default 130 */
  readonly gpuPercent?: number;
  /**
   * From one arrival to the next. Short, so that pods that do not fit, and never will, are not tried again meanwhile.
   * @default 1 ms
   */
  readonly intervalNs?: number;
}

/** Pods come and go at the trace's times. */
export interface TimedOptions {
  readonly kind: 'timed';
  /**
   * How many times faster pods arrive than in the trace. They stay as long as there, so more of them are there at
   * once: openb has at most 66 GPUs in use at a time on 6,212. @default 1
   */
  readonly arrivalSpeedup?: number;
  /** How many times shorter pods stay. The same as arrivalSpeedup: the same load in less time. @default 1 */
  readonly lifetimeSpeedup?: number;
  /**
   * `at-trace-time`: after as long as in the trace, bound or not. `after-running`: once they have run as long as there,
   * however long they had to wait. `never`: they stay. @default 'at-trace-time'
   */
  readonly departures?: 'at-trace-time' | 'after-running' | 'never';
}

export type ReplayOptions = FillOptions | TimedOptions;

export interface ReplayPlan {
  readonly nodes: readonly TraceNode[];
  /** In order of time. */
  readonly events: readonly ReplayEvent[];
  /** What pods are drawn from: by this a policy knows what to expect. */
  readonly population: readonly TracePod[];
}

/**
 * A pure function of its arguments: the same seed gives the same plan.
 * @throws InputError for a trace that cannot be replayed so, or options out of range.
 */
export function replayPlan(trace: Trace, options: ReplayOptions): ReplayPlan {
  if (options.kind === 'timed') {
    return { nodes: trace.nodes, events: timedEvents(trace.pods, options), population: trace.pods };
  }
  return {
    // Among equally good nodes the first may be taken: those of one kind shall not always be it.
    nodes: shuffled(trace.nodes, createLabelledRandom(options.seed, 'fill-nodes')),
    events: fillArrivals(trace, options),
    population: trace.pods,
  };
}

/** What all pods that arrive ask for together, in thousandths of a GPU. */
export function arrivingGpuMilli({ events }: Pick<ReplayPlan, 'events'>): number {
  let sum = 0;
  for (const event of events) if (event.kind === 'pod-arrives') sum += totalGpuMilli(event.pod);
  return sum;
}
