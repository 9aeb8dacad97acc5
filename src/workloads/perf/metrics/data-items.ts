/** The figures of one collection as perf-dash reads them. */
import { createHistogram, maxNs, meanNs, mergeInto, percentile, totalCount } from '../../../stats/index.ts';
import type { MetricsConfig } from '../config/config-schema.ts';
import type { Achieved } from './achieved.ts';
import { BucketHistogram } from './bucket-histogram.ts';
import { type HeapReading, heapFigures } from './heap.ts';
import { attemptDuration, collectedMetrics, figures } from './metric-catalogue.ts';
import type { LabelledHistogram, MetricRegistry } from './metric-registry.ts';
import { type Summary, summarize } from './summary.ts';
import { repeatedRates, type ThroughputSample } from './throughput.ts';

export interface DataItem {
  readonly data: Summary;
  readonly unit: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What one collection has found. */
export interface Measured {
  /** What perf-dash calls the series, such as `BenchmarkPerfScheduling/SchedulingBasic/5Nodes/namespace-2`. */
  readonly name: string;
  readonly samples: readonly ThroughputSample[];
  readonly achieved: Achieved;
  readonly registry: MetricRegistry;
  readonly heap: readonly HeapReading[];
}

/**
 * Who computes a figure in this way: perf-dash's selectors then keep apart what is comparable with scheduler_perf's
 * own results and what is not.
 */
type Source = 'scheduler_perf' | 'kubedyno';

/** Figures that there is no data for are left out. */
export function dataItems(measured: Measured, config: MetricsConfig | undefined): DataItem[] {
  const { achieved, heap } = measured;
  const item = (source: Source, metric: string, unit: string, data: Summary | undefined, labels = {}): DataItem[] =>
    data === undefined
      ? []
      : [{ data, unit, labels: { ...labels, Metric: metric, Name: measured.name, Source: source } }];
  const rate = (value: number | undefined): Summary | undefined =>
    value === undefined ? undefined : { Average: value };
  const memory = heapFigures(heap);
  return [
    ...item('scheduler_perf', figures.sampledThroughput, 'pods/s', summarize(repeatedRates(measured.samples))),
    ...item('kubedyno', figures.achievedThroughput, 'pods/s', rate(achieved.achievedPodsPerSec)),
    ...item('kubedyno', figures.offeredThroughput, 'pods/s', rate(achieved.offeredPodsPerSec)),
    ...item('kubedyno', figures.podLatency, 'ms', achieved.latencyMs),
    ...histogramsOf(measured.registry, config).flatMap(({ name, labels, buckets }) =>
      item('scheduler_perf', name, 'ms', bucketFigures(buckets), labels),
    ),
    ...measured.registry
      .find(attemptDuration)
      .flatMap((series) => item('kubedyno', figures.exactAttemptDuration, 'ms', exactFigures(series), series.labels)),
    ...item('scheduler_perf', figures.heap, 'MB', memory?.usageMb),
    ...item('scheduler_perf', figures.heapGrowth, 'MB/min', memory && { GrowthRate: memory.growthMbPerMin }),
    ...item('scheduler_perf', figures.duration, 's', { Duration: achieved.elapsedMs / 1_000 }),
  ];
}

function histogramsOf(registry: MetricRegistry, config: MetricsConfig | undefined) {
  return collectedMetrics(config).flatMap(({ name, combinations }) => {
    if (combinations === undefined) {
      return registry.find(name).map(({ labels, buckets }) => ({ name, labels, buckets }));
    }
    return combinations.flatMap((labels) => {
      const merged = merge(registry.find(name, labels));
      return merged === undefined ? [] : [{ name, labels, buckets: merged }];
    });
  });
}

function merge([first, ...others]: readonly LabelledHistogram[]): BucketHistogram | undefined {
  if (first === undefined) return undefined;
  const merged = new BucketHistogram(first.buckets.boundsSeconds);
  for (const { buckets } of [first, ...others]) merged.add(buckets);
  return merged;
}

/** Milliseconds. scheduler_perf drops histograms whose sum is 0 as well as those that are empty. */
function bucketFigures(histogram: BucketHistogram): Summary | undefined {
  if (histogram.count === 0 || histogram.sumSeconds === 0) return undefined;
  return {
    Average: histogram.averageSeconds() * 1_000,
    Perc50: histogram.quantileSeconds(0.5) * 1_000,
    Perc90: histogram.quantileSeconds(0.9) * 1_000,
    Perc95: histogram.quantileSeconds(0.95) * 1_000,
    Perc99: histogram.quantileSeconds(0.99) * 1_000,
  };
}

function exactFigures({ exactCounts }: LabelledHistogram): Summary | undefined {
  const counts = createHistogram();
  if (exactCounts !== undefined) mergeInto(counts, exactCounts);
  if (totalCount(counts) === 0) return undefined;
  return {
    Average: meanNs(counts) / 1e6,
    Perc50: percentile(counts, 0.5) / 1e6,
    Perc90: percentile(counts, 0.9) / 1e6,
    Perc95: percentile(counts, 0.95) / 1e6,
    Perc99: percentile(counts, 0.99) / 1e6,
    Max: maxNs(counts) / 1e6,
  };
}
