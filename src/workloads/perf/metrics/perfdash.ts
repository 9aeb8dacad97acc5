/** Output formats of scheduler_perf: perf-dash's JSON, and the series over time for gnuplot. */
import type { DataItem } from './data-items.ts';
import type { ThroughputSample } from './throughput.ts';

/**
 * perf-dash shows a drop-down per label and only those items that have a value for each of them, so items get
 * `not applicable` for labels that only others have.
 */
export function perfdashJson(items: readonly DataItem[]): string {
  const names = [...new Set(items.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const dataItems = items.map(({ data, unit, labels }) => ({
    data,
    unit,
    labels: Object.fromEntries(names.map((name) => [name, labels[name] ?? 'not applicable'])),
  }));
  return `${JSON.stringify({ version: 'v1', dataItems }, undefined, 2)}\n`;
}

/** The file that perf-dash is configured to look for. */
export function perfdashFileName(topic: string, time: Date): string {
  return `BenchmarkPerfScheduling_benchmark_${topic}_${time.toISOString().replace(/\.\d+Z$/, 'Z')}.json`;
}

/** One sample with what the scheduler had done by then. */
export interface ProgressPoint extends ThroughputSample {
  /** Attempts of the scheduler so far, and those of them that found a node. */
  readonly attempts: number;
  readonly completed: number;
}

/** A line per sample: seconds since the first look, completed, attempts, pods seen scheduled, pods per second. */
export function gnuplotSeries(progress: readonly ProgressPoint[], startMs: number): string {
  const lines = progress.map(({ timeMs, completed, attempts, scheduled, podsPerSec }) => {
    const seconds = ((timeMs - startMs) / 1_000).toFixed(1);
    return `${seconds}s ${completed} ${attempts} ${scheduled} ${podsPerSec.toFixed(6)}\n`;
  });
  return lines.join('');
}
