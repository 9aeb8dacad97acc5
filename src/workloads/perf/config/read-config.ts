/** Reads scheduler_perf's performance-config.yaml: our own, or one from the Kubernetes tree as it stands. */
import { dirname, isAbsolute, join } from 'node:path';
import {
  type FileAccess,
  formatPath,
  InputError,
  inputErrors,
  inputProblems,
  type JsonPath,
  nodeFiles,
  type Problem,
  readDocuments,
  type SourceDocument,
  validate,
} from '../../../api/index.ts';
import { isCollected } from '../metrics/metric-catalogue.ts';
import { configSchema, type MetricSelector, type TestCaseSpec } from './config-schema.ts';
import { type OperationSpec, operationSchemas } from './operation-schemas.ts';
import type { PerfTestCase, PerfWorkload, WrittenOperation } from './types.ts';

/** Paths in a configuration are relative to its folder, where `go test` runs scheduler_perf. */
export function pathBeside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

/** @throws InputError with every problem: file, line, value and what is allowed. */
export async function readPerfConfig(file: string, files: FileAccess = nodeFiles): Promise<readonly PerfTestCase[]> {
  let content: string;
  try {
    content = await files.read(file);
  } catch (error) {
    throw inputErrors.unreadable(file, error instanceof Error ? error.message : String(error));
  }
  return parsePerfConfig(file, content);
}

/** As readPerfConfig, of text that is already there. */
export function parsePerfConfig(file: string, content: string): readonly PerfTestCase[] {
  const { documents, problems } = readDocuments(content, file);
  if (problems.length > 0) throw inputProblems(problems);
  const [document, ...others] = documents;
  if (document === undefined || others.length > 0) {
    throw new InputError(`${file}: one list of test cases is expected (got ${documents.length} documents)`);
  }
  const validated = validate(configSchema, document);
  if (!validated.ok) throw inputProblems(validated.problems);
  const reader = new CaseReader(file, document);
  const testCases = validated.value.map((spec, place) => reader.testCase(spec, place));
  if (reader.problems.length > 0) throw inputProblems(reader.problems);
  return testCases;
}

/** scheduler_perf compares this with a workload's threshold unless it says otherwise. */
const defaultThresholdMetric: MetricSelector = {
  name: 'SchedulingThroughput',
  labels: {},
  dataBucket: 'Average',
  expectLower: false,
};

class CaseReader {
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #document: SourceDocument;

  constructor(file: string, document: SourceDocument) {
    this.#file = file;
    this.#document = document;
  }

  testCase(spec: TestCaseSpec, place: number): PerfTestCase {
    const operations = spec.workloadTemplate.flatMap(({ opcode }, index) => {
      const base = [place, 'workloadTemplate', index];
      const validated = validate<OperationSpec>(operationSchemas[opcode], this.#document, base);
      if (!validated.ok) {
        this.problems.push(...validated.problems);
        return [];
      }
      return [this.#written(validated.value, base)];
    });
    if (!operations.some(({ spec: operation }) => collectsMetrics(operation)) && this.problems.length === 0) {
      const allowed = 'createPods with collectMetrics, or startCollectingMetrics and stopCollectingMetrics';
      this.#problem([place, 'workloadTemplate'], 'has no operation that collects metrics', allowed);
    }
    const beside = (path: string | undefined) => (path === undefined ? undefined : pathBeside(this.#file, path));
    return {
      name: spec.name,
      file: this.#file,
      at: this.#document.positionOf([place]),
      metrics: spec.metricsCollectorConfig?.metrics,
      schedulerConfigPath: beside(spec.schedulerConfigPath),
      defaultPodTemplatePath: beside(spec.defaultPodTemplatePath),
      operations,
      workloads: spec.workloads.map((_, index) => this.#workload(spec, place, index)),
    };
  }

  #workload(spec: TestCaseSpec, place: number, index: number): PerfWorkload {
    const base = [place, 'workloads', index];
    const workload = spec.workloads[index];
    if (workload === undefined) throw new RangeError(`no workload ${index}`);
    const own = workload.thresholdMetricSelector;
    const thresholdMetric = own ?? spec.defaultThresholdMetricSelector ?? defaultThresholdMetric;
    if (!isCollected(thresholdMetric, spec.metricsCollectorConfig?.metrics)) {
      const path = own === undefined ? [place, 'defaultThresholdMetricSelector'] : [...base, 'thresholdMetricSelector'];
      this.#problem([...path, 'name'], 'selects a metric that is not collected with these labels');
    }
    const params = Object.entries(workload.params).map(
      ([name, value]) => [name, { value, at: this.#document.positionOfKey([...base, 'params', name]) }] as const,
    );
    return {
      name: workload.name,
      at: this.#document.positionOf(base),
      params: new Map(params),
      labels: [...spec.labels, ...workload.labels],
      threshold: workload.threshold,
      thresholdMetric,
      featureGates: { ...spec.featureGates, ...workload.featureGates },
    };
  }

  #written(spec: OperationSpec, base: JsonPath): WrittenOperation {
    return { spec, positionOf: (path) => this.#document.positionOf([...base, ...path]) };
  }

  #problem(path: JsonPath, message: string, allowed?: string): void {
    const rest = allowed === undefined ? {} : { allowed };
    this.problems.push({ at: this.#document.positionOf(path), path: formatPath(path), message, ...rest });
  }
}

function collectsMetrics(operation: OperationSpec): boolean {
  switch (operation.opcode) {
    case 'createPods':
      return operation.collectMetrics;
    case 'createPodSets':
      return operation.createPodsOp.collectMetrics;
    default:
      return operation.opcode === 'stopCollectingMetrics';
  }
}
