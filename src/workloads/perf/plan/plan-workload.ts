/** A test case and one of its workloads to a list of operations: pure, and complete before anything runs. */
import { inputProblems, type JsonPath, type Problem } from '../../../api/index.ts';
import type { OperationSpec } from '../config/operation-schemas.ts';
import { pathBeside } from '../config/read-config.ts';
import type { PerfTestCase, PerfWorkload, WrittenOperation } from '../config/types.ts';
import type { CreatePods, NodeStrategy, PerfOperation, PodPace, TemplateUse } from './operations.ts';
import { Params } from './params.ts';

export interface WorkloadPlan {
  readonly testCase: PerfTestCase;
  readonly workload: PerfWorkload;
  readonly operations: readonly PerfOperation[];
}

/** @throws InputError for parameters that are missing, of the wrong type or unused, and for operations that clash. */
export function planWorkload(testCase: PerfTestCase, workload: PerfWorkload): WorkloadPlan {
  const planner = new Planner(testCase, workload);
  for (const operation of testCase.operations) planner.add(operation);
  return { testCase, workload, operations: planner.finish() };
}

/** scheduler_perf churns twice a second unless it is told otherwise. */
const defaultChurnIntervalMs = 500;

class Planner {
  readonly #testCase: PerfTestCase;
  readonly #params: Params;
  readonly #problems: Problem[] = [];
  readonly #operations: PerfOperation[] = [];
  #isCollecting = false;

  constructor(testCase: PerfTestCase, workload: PerfWorkload) {
    this.#testCase = testCase;
    this.#params = new Params(workload, this.#problems);
  }

  add(operation: WrittenOperation): void {
    const { spec } = operation;
    if (spec.opcode === 'createPodSets') {
      const count = this.#params.count(operation, ['countParam'], spec.countParam, spec.count);
      for (let set = 0; set < count; set += 1) {
        const namespace = `${spec.namespacePrefix}-${set}`;
        this.#push(operation, this.#createPods(operation, ['createPodsOp'], { ...spec.createPodsOp, namespace }));
      }
      return;
    }
    this.#push(operation, this.#planned(operation, spec));
  }

  finish(): readonly PerfOperation[] {
    if (this.#isCollecting) {
      const last = this.#operations.findLast(({ opcode }) => opcode === 'startCollectingMetrics');
      const at = last?.at ?? this.#testCase.at;
      this.#problems.push({ at, message: 'startCollectingMetrics is not followed by stopCollectingMetrics' });
    }
    this.#params.reportUnused();
    if (this.#problems.length > 0) throw inputProblems(this.#problems);
    return this.#operations;
  }

  #push(operation: WrittenOperation, planned: PerfOperation): void {
    this.#checkCollection(planned);
    this.#operations.push({ ...planned, place: this.#operations.length, at: operation.positionOf([]) });
  }

  #checkCollection(planned: PerfOperation): void {
    const collects = planned.opcode === 'startCollectingMetrics' || isCollectingPods(planned);
    if (collects && this.#isCollecting) {
      this.#problems.push({ at: planned.at, message: 'metrics are collected already; stop collecting them first' });
    }
    if (planned.opcode === 'startCollectingMetrics') this.#isCollecting = true;
    if (planned.opcode !== 'stopCollectingMetrics') return;
    if (!this.#isCollecting) {
      this.#problems.push({
        at: planned.at,
        message: 'no metrics are collected; startCollectingMetrics must come first',
      });
    }
    this.#isCollecting = false;
  }

  #planned(operation: WrittenOperation, spec: Exclude<OperationSpec, { opcode: 'createPodSets' }>): PerfOperation {
    const step = this.#step(operation);
    const count = (): number => {
      const { count: written, countParam } = spec as {
        readonly count: number;
        readonly countParam?: string | undefined;
      };
      return this.#params.count(operation, ['countParam'], countParam, written);
    };
    const use = (path: string): TemplateUse => ({
      path: this.#path(path),
      params: 'templateParams' in spec ? this.#params.values(operation, ['templateParams'], spec.templateParams) : {},
    });
    switch (spec.opcode) {
      case 'createNodes': {
        const { nodeTemplatePath } = spec;
        const template = nodeTemplatePath === undefined ? undefined : use(nodeTemplatePath);
        return { ...step, opcode: spec.opcode, count: count(), template, strategy: nodeStrategy(spec) };
      }
      case 'createNamespaces': {
        const { namespaceTemplatePath: path, prefix } = spec;
        return {
          ...step,
          opcode: spec.opcode,
          prefix,
          count: count(),
          template: path === undefined ? undefined : use(path),
        };
      }
      case 'createPods':
        return this.#createPods(operation, [], spec);
      case 'deletePods': {
        const { opcode, namespace, labelSelector, deletePodsPerSecond, skipWaitToCompletion } = spec;
        const podsPerSec = deletePodsPerSecond === 0 ? undefined : deletePodsPerSecond;
        return { ...step, opcode, namespace, labelSelector, podsPerSec, waits: !skipWaitToCompletion };
      }
      case 'churn':
        return {
          ...step,
          opcode: spec.opcode,
          mode: spec.mode,
          number: spec.number === 0 ? Number.POSITIVE_INFINITY : spec.number,
          intervalMs: spec.intervalMilliseconds === 0 ? defaultChurnIntervalMs : spec.intervalMilliseconds,
          namespace: spec.namespace ?? this.#ownNamespace(),
          templatePaths: spec.templatePaths.map((path) => this.#path(path)),
        };
      case 'barrier': {
        const { opcode, namespaces, labelSelector, stageRequirement } = spec;
        const stage = stageRequirement === 'Attempted' ? 'attempted' : 'scheduled';
        return { ...step, opcode, namespaces, labelSelector, stage };
      }
      case 'sleep': {
        const durationMs = this.#params.durationMs(operation, ['durationParam'], spec.durationParam, spec.duration);
        return { ...step, opcode: spec.opcode, durationMs };
      }
      case 'startCollectingMetrics':
        return { ...step, ...spec };
      case 'stopCollectingMetrics':
        return { ...step, ...spec };
      case 'createAny':
        return {
          ...step,
          opcode: spec.opcode,
          template: use(spec.templatePath),
          namespace: spec.namespace,
          count: count(),
        };
      case 'updateAny':
        return {
          ...step,
          opcode: spec.opcode,
          template: use(spec.templatePath),
          namespace: spec.namespace,
          count: count(),
          updatesPerSec: spec.updatePerSecond === 0 ? undefined : spec.updatePerSecond,
        };
      case 'createResourceClaims': {
        const { opcode, namespace, templatePath } = spec;
        return { ...step, opcode, namespace, count: count(), templatePath: this.#path(templatePath) };
      }
      case 'createResourceDriver': {
        const { opcode, driverName, nodes, maxClaimsPerNode: written, maxClaimsPerNodeParam: reference } = spec;
        const maxClaimsPerNode = this.#params.count(operation, ['maxClaimsPerNodeParam'], reference, written);
        return { ...step, opcode, driverName, nodes, maxClaimsPerNode };
      }
      case 'allocResourceClaims':
        return { ...step, opcode: spec.opcode, namespace: spec.namespace };
    }
  }

  #createPods(
    operation: WrittenOperation,
    base: JsonPath,
    spec: Omit<OperationSpec<'createPods'>, 'opcode'>,
  ): CreatePods {
    const params = this.#params;
    const path = (field: string): JsonPath => [...base, field];
    const { podTemplatePath, persistentVolumeTemplatePath: volume, persistentVolumeClaimTemplatePath: claim } = spec;
    const templatePath =
      podTemplatePath === undefined ? this.#testCase.defaultPodTemplatePath : this.#path(podTemplatePath);
    const multiplier = params.count(operation, path('countMultiplierParam'), spec.countMultiplierParam, 1);
    const batchSize = params.count(
      operation,
      path('signatureBatchSizeParam'),
      spec.signatureBatchSizeParam,
      spec.signatureBatchSize,
    );
    const templateParams = params.values(operation, path('templateParams'), spec.templateParams);
    return {
      ...this.#step(operation),
      opcode: 'createPods',
      count: multiplier * params.count(operation, path('countParam'), spec.countParam, spec.count),
      namespace: spec.namespace ?? this.#ownNamespace(),
      template: templatePath === undefined ? undefined : { path: templatePath, params: templateParams },
      pace: this.#pace(operation, path, spec),
      collectsMetrics: spec.collectMetrics,
      volumes:
        volume === undefined || claim === undefined
          ? undefined
          : { volumePath: this.#path(volume), claimPath: this.#path(claim) },
      signatureBatchSize: batchSize === 0 ? undefined : batchSize,
    };
  }

  #pace(
    operation: WrittenOperation,
    path: (field: string) => JsonPath,
    spec: Omit<OperationSpec<'createPods'>, 'opcode'>,
  ): PodPace {
    const isSteady = this.#params.flag(operation, path('steadyStateParam'), spec.steadyStateParam, spec.steadyState);
    const durationMs = this.#params.durationMs(operation, path('durationParam'), spec.durationParam, spec.duration);
    if (!isSteady) return { kind: spec.skipWaitToCompletion ? 'skipWait' : 'wait' };
    if (durationMs <= 0 && this.#problems.length === 0) {
      const field = spec.durationParam === undefined ? 'duration' : 'durationParam';
      const message = 'must be longer than 0: it is how long the steady state lasts';
      this.#problems.push({ at: operation.positionOf(path(field)), path: [...path(field)].join('.'), message });
    }
    return { kind: 'steady', durationMs };
  }

  #step(operation: WrittenOperation) {
    return { place: this.#operations.length, at: operation.positionOf([]) };
  }

  #path(path: string): string {
    return pathBeside(this.#testCase.file, path);
  }

  /** scheduler_perf names what has no namespace after the number of the operation. */
  #ownNamespace(): string {
    return `namespace-${this.#operations.length}`;
  }
}

function isCollectingPods(operation: PerfOperation): boolean {
  return operation.opcode === 'createPods' && operation.collectsMetrics;
}

function nodeStrategy(spec: OperationSpec<'createNodes'>): NodeStrategy {
  const {
    nodeAllocatableStrategy: allocatable,
    labelNodePrepareStrategy: label,
    uniqueNodeLabelStrategy: unique,
  } = spec;
  if (label !== undefined) return { kind: 'label', key: label.labelKey, values: label.labelValues };
  if (unique !== undefined) return { kind: 'uniqueLabel', key: unique.labelKey };
  if (allocatable === undefined) return { kind: 'plain' };
  const drivers = Object.entries(allocatable.csiNodeAllocatable);
  return {
    kind: 'allocatable',
    allocatable: Object.fromEntries(
      Object.entries(allocatable.nodeAllocatable).map(([name, value]) => [name, String(value)]),
    ),
    drivers: drivers.map(([name, limits]) => ({ name, volumeLimit: limits.count })),
    migratedPlugins: allocatable.migratedPlugins,
  };
}
