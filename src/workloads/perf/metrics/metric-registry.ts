/** What a scheduler measures of itself during one collection. */
import { bucketIndex, createHistogram, type HistogramCounts } from '../../../stats/index.ts';
import { BucketHistogram } from './bucket-histogram.ts';
import { attemptDuration, hasLabels, histograms } from './metric-catalogue.ts';

type Labels = Readonly<Record<string, string>>;

/** One metric with one combination of labels. Get it once, then call it as often as there is something to observe. */
export interface Series {
  observe(seconds: number): void;
}

/** What a scheduler under test reports to, by kube-scheduler's names of metrics and labels. */
export interface MetricSink {
  series(name: string, labels: Labels): Series;
}

export class LabelledHistogram implements Series {
  readonly labels: Labels;
  readonly buckets: BucketHistogram;
  /** Only for the attempts, whose buckets are far too wide for a scheduler that takes microseconds. */
  readonly exactCounts: HistogramCounts | undefined;

  constructor(labels: Labels, boundsSeconds: readonly number[], isExact: boolean) {
    this.labels = labels;
    this.buckets = new BucketHistogram(boundsSeconds);
    this.exactCounts = isExact ? createHistogram() : undefined;
  }

  observe(seconds: number): void {
    this.buckets.observe(seconds);
    if (this.exactCounts === undefined) return;
    const index = bucketIndex(Math.round(seconds * 1e9));
    this.exactCounts[index] = (this.exactCounts[index] ?? 0) + 1;
  }
}

export class MetricRegistry implements MetricSink {
  readonly #byName = new Map<string, LabelledHistogram[]>();

  series(name: string, labels: Labels): Series {
    const ofName = this.#byName.get(name) ?? [];
    this.#byName.set(name, ofName);
    const known = ofName.find((series) => hasLabels(series.labels, labels) && hasLabels(labels, series.labels));
    if (known !== undefined) return known;
    const bounds = histograms[name]?.boundsSeconds ?? histograms[attemptDuration]?.boundsSeconds ?? [];
    const series = new LabelledHistogram(labels, bounds, name === attemptDuration);
    ofName.push(series);
    return series;
  }

  /** Those of the metric that have these labels, in the order in which they appeared. */
  find(name: string, labels: Labels = {}): readonly LabelledHistogram[] {
    return (this.#byName.get(name) ?? []).filter((series) => hasLabels(series.labels, labels));
  }

  /** How often the scheduler has tried, by what came of it. */
  attempts(): { readonly all: number; readonly scheduled: number } {
    let all = 0;
    let scheduled = 0;
    for (const { labels, buckets } of this.find(attemptDuration)) {
      all += buckets.count;
      if (labels.result === 'scheduled') scheduled += buckets.count;
    }
    return { all, scheduled };
  }
}
