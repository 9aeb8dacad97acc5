/** Carries out a workload of scheduler_perf, operation by operation, and collects its figures. */

import { PerfError, perfErrors } from '../errors.ts';
import type { DataItem } from '../metrics/data-items.ts';
import { checkThreshold, type ThresholdVerdict, thresholdFor } from '../metrics/threshold.ts';
import type { CreatePods, PerfOperation } from '../plan/operations.ts';
import type { WorkloadPlan } from '../plan/plan-workload.ts';
import { createAny, createResourceClaims, updateAny } from './any-object.ts';
import { churn } from './churn.ts';
import { runClaimController } from './claim-controller.ts';
import { Collection, type CollectionResult, type CollectionScope } from './collection.ts';
import { createNamespaces, createNodes } from './nodes.ts';
import { barrier, deletePods } from './pod-waits.ts';
import { createSteadily, PodMaker, putPods, waitUntilScheduled } from './pods.ts';
import { allocResourceClaims, createResourceDriver } from './resource-claims.ts';
import { type RunParts, WorkloadRun } from './workload-run.ts';

export interface RunOptions extends RunParts {
  /** The suite whose threshold applies. @default '' */
  readonly topic?: string;
  /** Bytes of the heap in use, read twice a second while metrics are collected. */
  readonly heapBytes?: () => number;
  /** Is told of each operation before it begins. */
  readonly onOperation?: (operation: PerfOperation, count: number) => void;
}

/** All pods that the workload made: `created` = `bound` + `pending` + `deleted`. */
export interface PodCounts {
  readonly created: number;
  /** On a node at the end. */
  readonly bound: number;
  /** Waiting at the end, gated ones included. */
  readonly pending: number;
  /** Deleted or preempted, whether they had been on a node or not. */
  readonly deleted: number;
}

export interface Collected extends CollectionResult {
  readonly verdict: ThresholdVerdict;
}

export interface WorkloadResult {
  readonly testCase: string;
  readonly workload: string;
  readonly collections: readonly Collected[];
  /** Of all collections. */
  readonly items: readonly DataItem[];
  readonly pods: PodCounts;
}

/**
 * @throws PerfError naming the operation that could not be carried out.
 * @throws InputError for a template that does not render, or gives no object of a known kind.
 */
export async function runWorkload(plan: WorkloadPlan, options: RunOptions): Promise<WorkloadResult> {
  const run = new WorkloadRun(options);
  runClaimController(run);
  const executor = new Executor(run, plan, options);
  try {
    for (const operation of plan.operations) {
      options.onOperation?.(operation, plan.operations.length);
      await executor.carryOut(operation);
    }
  } finally {
    run.end();
  }
  const { collections } = executor;
  return {
    testCase: plan.testCase.name,
    workload: plan.workload.name,
    collections,
    items: collections.flatMap(({ items }) => items),
    pods: podCounts(run),
  };
}

function podCounts(run: WorkloadRun): PodCounts {
  const counts = { created: 0, bound: 0, pending: 0, deleted: 0 };
  for (const { stage } of run.pods.records) {
    counts.created += 1;
    if (stage === 'scheduled') counts.bound += 1;
    else if (stage === 'gone') counts.deleted += 1;
    else counts.pending += 1;
  }
  return counts;
}

class Executor {
  readonly collections: Collected[] = [];
  readonly #run: WorkloadRun;
  readonly #plan: WorkloadPlan;
  readonly #options: RunOptions;
  #collection: Collection | undefined;

  constructor(run: WorkloadRun, plan: WorkloadPlan, options: RunOptions) {
    this.#run = run;
    this.#plan = plan;
    this.#options = options;
  }

  async carryOut(operation: PerfOperation): Promise<void> {
    try {
      await this.#dispatch(operation);
    } catch (error) {
      throw error instanceof PerfError ? perfErrors.inOperation(operation.opcode, operation.at, error) : error;
    }
  }

  async #dispatch(operation: PerfOperation): Promise<void> {
    const run = this.#run;
    switch (operation.opcode) {
      case 'createNodes':
        return createNodes(run, operation);
      case 'createNamespaces':
        return createNamespaces(run, operation);
      case 'createPods':
        return this.#createPods(operation);
      case 'deletePods':
        return deletePods(run, operation);
      case 'churn':
        return churn(run, operation);
      case 'barrier':
        return barrier(run, operation);
      case 'sleep':
        return run.sleep(operation.durationMs);
      case 'startCollectingMetrics':
        return this.#startCollecting(operation.name, operation);
      case 'stopCollectingMetrics':
        return this.#stopCollecting();
      case 'createAny':
        return createAny(run, operation);
      case 'updateAny':
        return updateAny(run, operation);
      case 'createResourceClaims':
        return createResourceClaims(run, operation);
      case 'createResourceDriver':
        return createResourceDriver(run, operation);
      case 'allocResourceClaims':
        return allocResourceClaims(run, operation);
    }
  }

  async #createPods(operation: CreatePods): Promise<void> {
    const run = this.#run;
    const { namespace, pace, count, collectsMetrics } = operation;
    run.ensureNamespace(namespace);
    const maker = new PodMaker(run, operation);
    // Rendering templates is this program's work, not the scheduler's: it is done before the collection begins.
    const prepared = maker.prepare(count);
    if (collectsMetrics) this.#startCollecting(namespace, { namespaces: [namespace], labelSelector: {} });
    const pods = prepared.map(({ pod }) => pod);
    switch (pace.kind) {
      case 'skipWait':
        run.pods.markForBarriers(pods.map(({ metadata }) => metadata.uid));
        putPods(run, prepared);
        break;
      case 'steady':
        await createSteadily(run, operation, maker, prepared, pace.durationMs);
        break;
      case 'wait':
        putPods(run, prepared);
        await waitUntilScheduled(run, pods);
        break;
    }
    if (collectsMetrics) this.#stopCollecting();
  }

  #startCollecting(name: string, scope: Pick<CollectionScope, 'namespaces' | 'labelSelector'>): void {
    const { testCase, workload } = this.#plan;
    this.#collection = new Collection(this.#run, {
      name: `BenchmarkPerfScheduling/${testCase.name}/${workload.name}/${name}`,
      namespaces: scope.namespaces,
      labelSelector: scope.labelSelector,
      heapBytes: this.#options.heapBytes,
    });
  }

  #stopCollecting(): void {
    const { testCase, workload } = this.#plan;
    const result = this.#collection?.stop(testCase.metrics);
    this.#collection = undefined;
    if (result === undefined) return;
    const threshold = thresholdFor(workload.threshold, this.#options.topic ?? '');
    const verdict = checkThreshold(result.items, threshold, workload.thresholdMetric);
    this.collections.push({ ...result, verdict });
  }
}
