/** scheduler_perf's workloads: read its files as they stand, carry them out, compute its figures. */
export type { MetricSelector, MetricsConfig, Threshold } from './config/config-schema.ts';
export { labelFilter } from './config/label-filter.ts';
export { type Opcode, opcodes } from './config/operation-schemas.ts';
export { parsePerfConfig, readPerfConfig } from './config/read-config.ts';
export type { FeatureGates, PerfTestCase, PerfWorkload, WorkloadParam } from './config/types.ts';
export { PerfError } from './errors.ts';
export { type Achieved, achieved, type PodTimes } from './metrics/achieved.ts';
export { BucketHistogram } from './metrics/bucket-histogram.ts';
export { type DataItem, dataItems, type Measured } from './metrics/data-items.ts';
export { attemptDuration, exponentialBuckets, figures, histograms } from './metrics/metric-catalogue.ts';
export { MetricRegistry, type MetricSink, type Series } from './metrics/metric-registry.ts';
export { gnuplotSeries, type ProgressPoint, perfdashFileName, perfdashJson } from './metrics/perfdash.ts';
export { type Summary, summarize } from './metrics/summary.ts';
export { checkThreshold, type ThresholdVerdict, thresholdFor } from './metrics/threshold.ts';
export { type Observation, repeatedRates, type ThroughputSample, throughputSamples } from './metrics/throughput.ts';
export type { ToObject } from './objects/object-template.ts';
export { readTemplateObject } from './objects/read-template-object.ts';
export { loadTemplates, type TemplateLibrary } from './objects/template-library.ts';
export type { PerfOperation } from './plan/operations.ts';
export { planWorkload, type WorkloadPlan } from './plan/plan-workload.ts';
export type { CollectionResult } from './run/collection.ts';
export {
  type Collected,
  type PodCounts,
  type RunOptions,
  runWorkload,
  type WorkloadResult,
} from './run/run-workload.ts';
export type { AnyObject, ClaimAllocation, ObjectChange, PerfClock, PerfCluster, PerfTarget } from './target.ts';
export { compileTemplate, type TemplateData, type TextTemplate } from './template/index.ts';
