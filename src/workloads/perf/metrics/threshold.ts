/** Holds a workload's figures against its threshold. */
import type { MetricSelector, Threshold } from '../config/config-schema.ts';
import type { DataItem } from './data-items.ts';
import { figures, hasLabels } from './metric-catalogue.ts';

export type ThresholdVerdict =
  /** The workload has none. */
  | { readonly state: 'none' }
  | {
      readonly state: 'passed' | 'failed';
      readonly metric: string;
      readonly got: number;
      readonly want: number;
      readonly message: string;
    }
  /** Nothing was measured that the threshold is for. */
  | { readonly state: 'void'; readonly message: string };

/** The threshold of a topic; 0 is none. */
export function thresholdFor(threshold: Threshold, topic: string): number {
  if (typeof threshold === 'number') return threshold;
  return threshold[topic] ?? 0;
}

/**
 * As scheduler_perf's applyThreshold, except that a run too short for SchedulingThroughput is not let through unseen:
 * the pods that were bound over the time that it took are compared instead, and the message says so.
 */
export function checkThreshold(
  items: readonly DataItem[],
  threshold: number,
  selector: MetricSelector,
): ThresholdVerdict {
  if (threshold === 0) return { state: 'none' };
  const selected = select(items, selector.name, selector);
  if (selected !== undefined) return compare(selected, threshold, selector, '');
  if (selector.name === figures.sampledThroughput) {
    const instead = select(items, figures.achievedThroughput, { ...selector, dataBucket: 'Average' });
    const why = ` (the run was too short for ${figures.sampledThroughput})`;
    if (instead !== undefined) return compare(instead, threshold, selector, why);
  }
  return {
    state: 'void',
    message: `no data for ${selector.name} ${selector.dataBucket}, which has the threshold ${threshold}`,
  };
}

interface Selected {
  readonly metric: string;
  readonly bucket: string;
  readonly series: string;
  readonly value: number;
}

/** Of several series, the one that is worst. */
function select(items: readonly DataItem[], metric: string, selector: MetricSelector): Selected | undefined {
  const found = items
    .filter(({ labels }) => labels.Metric === metric && hasLabels(labels, selector.labels))
    .flatMap(({ data, labels }): Selected[] => {
      const value = data[selector.dataBucket];
      return value === undefined ? [] : [{ metric, bucket: selector.dataBucket, series: labels.Name ?? '', value }];
    });
  return found.sort((a, b) => (selector.expectLower ? b.value - a.value : a.value - b.value))[0];
}

function compare(selected: Selected, want: number, { expectLower }: MetricSelector, why: string): ThresholdVerdict {
  const { metric, value: got } = selected;
  const state = (expectLower ? got < want : got > want) ? 'passed' : 'failed';
  const direction = expectLower ? 'lower' : 'higher';
  const comparison = `got ${short(got)}, want ${short(want)}`;
  const message = `${selected.series}: expected ${metric} ${selected.bucket}${why} to be ${direction}: ${comparison}`;
  return { state, metric, got, want, message };
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}
