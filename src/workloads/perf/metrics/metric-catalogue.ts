/**
 * The metrics that a run reports: kube-scheduler's histograms with their buckets, scheduler_perf's own figures, and
 * those that this program adds. Sources: pkg/scheduler/metrics/metrics.go; scheduler_perf.go and util.go.
 */
import type { MetricSelector, MetricsConfig } from '../config/config-schema.ts';

export interface HistogramDefinition {
  /** Upper bounds of the buckets, seconds; one more bucket holds what is longer. */
  readonly boundsSeconds: readonly number[];
  /** The labels whose combinations are reported apart. */
  readonly labels: readonly string[];
}

/** As Prometheus' ExponentialBuckets. */
export function exponentialBuckets(start: number, factor: number, count: number): readonly number[] {
  const bounds: number[] = [];
  for (let bound = start; bounds.length < count; bound *= factor) bounds.push(bound);
  return bounds;
}

const podSchedulingBuckets = exponentialBuckets(0.01, 2, 20);
const pluginBuckets = exponentialBuckets(0.00001, 1.5, 20);
const pointBuckets = exponentialBuckets(0.0001, 2, 12);
const attemptBuckets = exponentialBuckets(0.001, 2, 15);

export const attemptDuration = 'scheduler_scheduling_attempt_duration_seconds';

/** All durations are in seconds here; reports turn them into milliseconds. */
export const histograms: Readonly<Record<string, HistogramDefinition>> = {
  [attemptDuration]: { boundsSeconds: attemptBuckets, labels: ['result'] },
  scheduler_scheduling_algorithm_duration_seconds: { boundsSeconds: attemptBuckets, labels: [] },
  scheduler_framework_extension_point_duration_seconds: { boundsSeconds: pointBuckets, labels: ['extension_point'] },
  scheduler_plugin_execution_duration_seconds: {
    boundsSeconds: pluginBuckets,
    labels: ['plugin', 'extension_point'],
  },
  scheduler_queueing_hint_execution_duration_seconds: { boundsSeconds: pluginBuckets, labels: ['plugin', 'event'] },
  scheduler_event_handling_duration_seconds: { boundsSeconds: pointBuckets, labels: ['event'] },
  scheduler_pod_scheduling_duration_seconds: { boundsSeconds: podSchedulingBuckets, labels: [] },
  scheduler_pod_scheduling_sli_duration_seconds: { boundsSeconds: podSchedulingBuckets, labels: [] },
  scheduler_pod_scheduling_attempts: { boundsSeconds: exponentialBuckets(1, 2, 5), labels: [] },
  scheduler_preemption_victims: { boundsSeconds: exponentialBuckets(1, 2, 7), labels: [] },
};

/** Collected unless a test case says what to collect. */
const collectedByDefault: readonly string[] = [
  'scheduler_framework_extension_point_duration_seconds',
  attemptDuration,
  'scheduler_pod_scheduling_duration_seconds',
  'scheduler_plugin_execution_duration_seconds',
  'scheduler_queueing_hint_execution_duration_seconds',
  'scheduler_event_handling_duration_seconds',
];

/** Figures that are always reported, whatever is configured. */
export const figures = {
  /** Sampled each second, as scheduler_perf does; absent where the run is too short for that. */
  sampledThroughput: 'SchedulingThroughput',
  /** All pods that were bound, over the whole time of the collection. */
  achievedThroughput: 'AchievedThroughput',
  /** All pods that were created, over the time that creating them took. */
  offeredThroughput: 'OfferedThroughput',
  /** From a pod's creation to its binding. */
  podLatency: 'PodSchedulingLatency',
  /** As `attemptDuration`, but from buckets of at most 0.8 % instead of 100 %. */
  exactAttemptDuration: 'AttemptDuration',
  duration: 'SchedulingDuration',
  heap: 'heap_memory_usage',
  heapGrowth: 'memory_growth_rate',
} as const;

/** One metric to report, and how its series are told apart. */
export interface Collected {
  readonly name: string;
  /** Only these combinations; undefined: each combination of the metric's labels that has been seen. */
  readonly combinations: readonly Readonly<Record<string, string>>[] | undefined;
}

export function collectedMetrics(config: MetricsConfig | undefined): readonly Collected[] {
  if (config === undefined) return collectedByDefault.map((name) => ({ name, combinations: undefined }));
  return Object.entries(config).map(([name, labels]) => ({ name, combinations: combinationsOf(labels) }));
}

/** Every value of each label with every value of the others; without labels one combination, of nothing. */
function combinationsOf(labels: MetricsConfig[string]): Readonly<Record<string, string>>[] {
  return labels.reduce<Record<string, string>[]>(
    (combinations, { label, values }) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [label]: value }))),
    [{}],
  );
}

/** Whether a threshold may be put on what the selector names. */
export function isCollected({ name, labels }: MetricSelector, config: MetricsConfig | undefined): boolean {
  if (Object.values<string>(figures).includes(name)) return true;
  const collected = collectedMetrics(config).find((metric) => metric.name === name);
  if (collected === undefined) return false;
  const { combinations } = collected;
  if (combinations !== undefined) return combinations.some((combination) => hasLabels(combination, labels));
  return Object.keys(labels).every((label) => histograms[name]?.labels.includes(label));
}

/** Whether all of `required` are among `labels`. */
export function hasLabels(
  labels: Readonly<Record<string, string>>,
  required: Readonly<Record<string, string>>,
): boolean {
  for (const name in required) if (labels[name] !== required[name]) return false;
  return true;
}
