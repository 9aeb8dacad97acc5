/** performance-config.yaml but for its operations, which read-config.ts looks at one by one. */
import { z } from 'zod';
import { problem, strictObject } from '../../../api/fields.ts';
import { featureGates, text } from './fields.ts';
import { opcodes } from './operation-schemas.ts';

const thresholdMetricSelector = strictObject({
  name: text,
  labels: z.record(z.string(), z.string()).default({}),
  dataBucket: text,
  expectLower: z.boolean().default(false),
});

/** A number, or one per topic: the same cases may run in differently configured suites. */
export type Threshold = number | Readonly<Record<string, number>>;

const isThresholdNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0;

const threshold = z.custom<Threshold>(
  (value) =>
    isThresholdNumber(value) ||
    (typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every(isThresholdNumber)),
  { error: 'is not a threshold', params: { allowed: 'a number from 0, or a mapping of topic to such numbers' } },
);

const workload = strictObject({
  name: text,
  params: z.record(z.string(), z.unknown()).default({}),
  labels: z.array(z.string()).default([]),
  threshold: threshold.default(0),
  thresholdMetricSelector: thresholdMetricSelector.optional(),
  featureGates,
});

/** Per metric, the labels and values whose combinations are reported apart; none: all together. */
const metricsCollectorConfig = strictObject({
  metrics: z.record(z.string(), z.array(strictObject({ label: text, values: z.array(z.string()) }))),
});

export const testCaseSchema = strictObject({
  name: text,
  featureGates,
  metricsCollectorConfig: metricsCollectorConfig.optional(),
  workloadTemplate: z.array(z.looseObject({ opcode: z.enum(opcodes) })).min(1, 'has no operations'),
  workloads: z.array(workload).min(1, 'has no workloads'),
  schedulerConfigPath: text.optional(),
  defaultPodTemplatePath: text.optional(),
  labels: z.array(z.string()).default([]),
  defaultThresholdMetricSelector: thresholdMetricSelector.optional(),
}).check(({ value, issues }) => {
  for (const place of repeated(value.workloads.map(({ name }) => name))) {
    issues.push(problem('is the name of two workloads', ['workloads', place, 'name'], value.workloads[place]?.name));
  }
});

export const configSchema = z
  .array(testCaseSchema)
  .min(1, 'has no test cases')
  .check(({ value, issues }) => {
    for (const place of repeated(value.map(({ name }) => name))) {
      issues.push(problem('is the name of two test cases', [place, 'name'], value[place]?.name));
    }
  });

export type MetricSelector = z.output<typeof thresholdMetricSelector>;
export type MetricsConfig = z.output<typeof metricsCollectorConfig>['metrics'];
export type TestCaseSpec = z.output<typeof testCaseSchema>;

function repeated(names: readonly string[]): number[] {
  return [...names.keys()].filter((place) => names.indexOf(names[place] ?? '') !== place);
}
