/** What a performance-config.yaml says, checked, with the places that later checks point to. */
import type { JsonPath, SourcePosition } from '../../../api/index.ts';
import type { MetricSelector, MetricsConfig, Threshold } from './config-schema.ts';
import type { OperationSpec } from './operation-schemas.ts';

export type FeatureGates = Readonly<Record<string, boolean>>;

/** An operation and where its fields are written. */
export interface WrittenOperation {
  readonly spec: OperationSpec;
  readonly positionOf: (path: JsonPath) => SourcePosition;
}

export interface WorkloadParam {
  readonly value: unknown;
  readonly at: SourcePosition;
}

/** One size of a test case. */
export interface PerfWorkload {
  readonly name: string;
  readonly at: SourcePosition;
  readonly params: ReadonlyMap<string, WorkloadParam>;
  /** Those of the test case and its own. */
  readonly labels: readonly string[];
  readonly threshold: Threshold;
  readonly thresholdMetric: MetricSelector;
  /** Those of the test case, and over them its own. */
  readonly featureGates: FeatureGates;
}

/** Operations in order, and the workloads that give them their sizes. */
export interface PerfTestCase {
  readonly name: string;
  readonly file: string;
  readonly at: SourcePosition;
  /** Which metrics are collected; undefined: those that scheduler_perf collects by default. */
  readonly metrics: MetricsConfig | undefined;
  readonly schedulerConfigPath: string | undefined;
  readonly defaultPodTemplatePath: string | undefined;
  readonly operations: readonly WrittenOperation[];
  readonly workloads: readonly PerfWorkload[];
}
