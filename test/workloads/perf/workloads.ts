/** Small test cases for tests, and what runs them on the fake target. */
import assert from 'node:assert/strict';
import type { Pod, SchedulingKind, SchedulingObjects } from '../../../src/api/objects.ts';
import { createRandom } from '../../../src/stats/random.ts';
import {
  loadTemplates,
  parsePerfConfig,
  planWorkload,
  type RunOptions,
  readTemplateObject,
  runWorkload,
  type WorkloadPlan,
  type WorkloadResult,
} from '../../../src/workloads/perf/index.ts';
import { memoryFiles } from '../../api/memory-files.ts';
import { type FakeOptions, FakeTarget } from './fake-target.ts';

export const podYaml = (metadata = 'generateName: pod-', spec = ''): string => `
apiVersion: v1
kind: Pod
metadata: {${metadata}}
spec:
  containers:
  - name: pause
    resources: {requests: {cpu: 100m}}
${spec}`;

/** One test case, `case`, with one workload, `w`, of these operations and parameters. */
export function configOf(operations: string, params = '{}', more = ''): string {
  const indented = operations
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  return `- name: case\n${more}  workloadTemplate:\n${indented}\n  workloads:\n  - name: w\n    params: ${params}\n`;
}

export function planOf(text: string): WorkloadPlan {
  const [testCase] = parsePerfConfig('topic/performance-config.yaml', text);
  const [workload] = testCase?.workloads ?? [];
  assert(testCase !== undefined && workload !== undefined);
  return planWorkload(testCase, workload);
}

export interface Ran {
  readonly result: WorkloadResult;
  readonly target: FakeTarget;
}

/** Runs what configOf gives; files are those beside the configuration. */
export async function run(
  text: string,
  files: Readonly<Record<string, string>> = {},
  options: FakeOptions & Partial<Omit<RunOptions, 'target'>> & { readonly target?: FakeTarget } = {},
): Promise<Ran> {
  const plan = planOf(text);
  const beside = Object.fromEntries(Object.entries(files).map(([name, content]) => [`topic/${name}`, content]));
  const templates = await loadTemplates(plan, memoryFiles(beside));
  const { target = new FakeTarget(options) } = options;
  const random = createRandom(1);
  const result = await runWorkload(plan, { templates, toObject: readTemplateObject, random, ...options, target });
  return { result, target };
}

export function objects<K extends SchedulingKind>(target: FakeTarget, kind: K): SchedulingObjects[K][] {
  return [...target.cluster.list(kind)];
}

export function podNames(target: FakeTarget, namespace: string): string[] {
  return objects(target, 'Pod')
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(({ metadata }) => metadata.name);
}

/** The first pod that the namespace has. */
export function onePod(target: FakeTarget, namespace: string): Pod {
  const pod = objects(target, 'Pod').find(({ metadata }) => metadata.namespace === namespace);
  assert(pod !== undefined);
  return pod;
}
