/** Thread side of `scheduler bench`: carries out one workload. */
import { InputError } from '../api/index.ts';
import { createLabelledRandom, percentile } from '../stats/index.ts';
import {
  attemptDuration,
  loadTemplates,
  type PerfTestCase,
  type PerfWorkload,
  planWorkload,
  readPerfConfig,
  readTemplateObject,
  runWorkload,
  type WorkloadResult,
} from '../workloads/perf/index.ts';
import type { BenchOutcome, BenchResult, BenchTask } from './bench.ts';
import { readSchedulerPlan } from './config/read-config.ts';
import { SchedulerPerfTarget } from './perf-target.ts';
import { pluginRegistry } from './plugins/registry.ts';

/** Code is compiled while it runs: what is over before that says little of what goes on for hours. */
const warmUpMs = 1000;

export default async function benchWorkload(task: BenchTask): Promise<BenchOutcome> {
  try {
    const first = await bench(task);
    if (task.cold === true || first.elapsedMs >= warmUpMs) {
      return { kind: 'result', result: first };
    }
    // Memory is that of the first run: the second one has the garbage of both.
    const { memoryMiB } = first;
    return { kind: 'result', result: { ...(await bench(task)), memoryMiB, warmUpRuns: 1 } };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isInput = error instanceof InputError;
    return {
      kind: 'error',
      isInput,
      message: isInput || 'exitCode' in error ? error.message : (error.stack ?? error.message),
    };
  }
}

async function bench({ file, name, topic, seed, tieBreak }: BenchTask): Promise<BenchResult> {
  const { testCase, workload } = await chosen(file, name);
  const plan = await readSchedulerPlan(testCase.schedulerConfigPath, {
    registry: pluginRegistry,
    gates: workload.featureGates,
  });
  const faults = new Map<string, number>();
  const postBindFailed = (_: unknown, { message }: Error): void => {
    faults.set(message, (faults.get(message) ?? 0) + 1);
  };
  const target = new SchedulerPerfTarget({ plan, seed, tieBreak, observer: { postBindFailed } });
  const workloadPlan = planWorkload(testCase, workload);
  const templates = await loadTemplates(workloadPlan);
  let memoryBytes = 0;
  const heapBytes = (): number => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    memoryBytes = Math.max(memoryBytes, heapUsed + arrayBuffers);
    return heapUsed;
  };
  const result = await runWorkload(workloadPlan, {
    target,
    templates,
    toObject: readTemplateObject,
    random: createLabelledRandom(seed, 'workload'),
    topic,
    heapBytes,
  });
  heapBytes();
  const postBindFaults = [...faults].map(
    ([message, count]) => `${message} (${count} pods, which are bound all the same)`,
  );
  return { ...summary(name, topic, target, result, memoryBytes), ...(faults.size === 0 ? {} : { postBindFaults }) };
}

async function chosen(file: string, name: string): Promise<{ testCase: PerfTestCase; workload: PerfWorkload }> {
  for (const testCase of await readPerfConfig(file)) {
    for (const workload of testCase.workloads) {
      if (`${testCase.name}/${workload.name}` === name) return { testCase, workload };
    }
  }
  throw new InputError(`${file}: there is no workload ${name}`);
}

function summary(
  name: string,
  topic: string,
  target: SchedulerPerfTarget,
  result: WorkloadResult,
  memoryBytes: number,
): BenchResult {
  const { collections, items, pods } = result;
  const elapsedMs = collections.reduce((sum, { achieved }) => sum + achieved.elapsedMs, 0);
  const boundPods = collections.reduce((sum, { achieved }) => sum + achieved.boundPods, 0);
  const attempts = collections.reduce((sum, { registry }) => sum + registry.attempts().all, 0);
  const [last] = collections.slice(-1);
  const exact = last?.registry.find(attemptDuration, { result: 'scheduled' })[0]?.exactCounts;
  const attemptUs = (quantile: number): number | undefined =>
    exact?.some((count) => count > 0) ? percentile(exact, quantile) / 1000 : undefined;
  const failure = failureOf(result);
  return {
    name,
    topic,
    nodes: target.scheduler.cluster.nodeCount,
    ...defined({
      podsPerSec: elapsedMs > 0 ? boundPods / (elapsedMs / 1000) : undefined,
      offeredPodsPerSec: last?.achieved.offeredPodsPerSec,
      attemptP50Us: attemptUs(0.5),
      attemptP99Us: attemptUs(0.99),
      podP50Ms: last?.achieved.latencyMs?.Perc50,
      podP99Ms: last?.achieved.latencyMs?.Perc99,
      failure,
    }),
    boundPods,
    elapsedMs,
    attempts,
    memoryMiB: memoryBytes / 2 ** 20,
    pods,
    items,
    warmUpRuns: 0,
  };
}

function failureOf({ collections, pods }: WorkloadResult): string | undefined {
  const { created, bound, pending, deleted } = pods;
  if (created !== bound + pending + deleted) {
    return `pods were lost: ${created} created, but ${bound} bound, ${pending} pending and ${deleted} deleted`;
  }
  const [below] = collections.flatMap(({ verdict }) => (verdict.state === 'failed' ? [verdict.message] : []));
  return below;
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
