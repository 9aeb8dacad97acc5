import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import { parseDurationMs } from '../../../src/workloads/perf/config/duration.ts';
import { labelFilter, opcodes, parsePerfConfig, readPerfConfig } from '../../../src/workloads/perf/index.ts';
import { memoryFiles } from '../../api/memory-files.ts';
import { configOf } from './workloads.ts';

const file = 'misc/performance-config.yaml';
const parse = (text: string) => parsePerfConfig(file, text);

/** Every operation with every field that it has. */
const everything = `
- opcode: createNodes
  countParam: $nodes
  nodeTemplatePath: node.yaml
  nodeAllocatableStrategy:
    nodeAllocatable: {attachable-volumes-csi-ebs.csi.aws.com: "39"}
    csiNodeAllocatable: {ebs.csi.aws.com: {count: 39}}
    migratedPlugins: [kubernetes.io/aws-ebs]
  templateParams: {zone: a}
- opcode: createNodes
  count: 1
  labelNodePrepareStrategy: {labelKey: zone, labelValues: [a, b]}
- opcode: createNodes
  count: 1
  uniqueNodeLabelStrategy: {labelKey: id}
- opcode: createNamespaces
  prefix: ns
  count: 2
  namespaceTemplatePath: ns.yaml
- opcode: createPods
  countParam: $pods
  countMultiplierParam: $nodes
  namespace: ns-0
  podTemplatePath: pod.yaml
  skipWaitToCompletion: true
  persistentVolumeTemplatePath: pv.yaml
  persistentVolumeClaimTemplatePath: pvc.yaml
  signatureBatchSizeParam: $nodes
  templateParams: {name: $nodes}
- opcode: createPods
  count: 10
  steadyState: true
  durationParam: $duration
  collectMetrics: true
- opcode: createPodSets
  countParam: $nodes
  namespacePrefix: set
  createPodsOp: {opcode: createPods, count: 2}
- opcode: deletePods
  namespace: ns-0
  labelSelector: {type: blocker}
  deletePodsPerSecond: 50
  skipWaitToCompletion: true
- opcode: churn
  mode: recreate
  number: 1
  intervalMilliseconds: 1000
  namespace: churned
  templatePaths: [pod.yaml]
- opcode: barrier
  namespaces: [ns-0]
  labelSelector: {type: unsched}
  stageRequirement: Attempted
- opcode: sleep
  duration: 1m30s
- opcode: startCollectingMetrics
  name: unsched
  namespaces: [ns-0]
  labelSelector: {type: unsched}
- opcode: stopCollectingMetrics
- opcode: createAny
  templatePath: any.yaml
  namespace: ns-0
  countParam: $pods
- opcode: updateAny
  templatePath: any.yaml
  namespace: ns-0
  count: 3
  updatePerSecond: 100
  subresources: [resize]
- opcode: createResourceClaims
  templatePath: claim.yaml
  namespace: ns-0
  count: 5
- opcode: createResourceDriver
  driverName: test-driver.cdi.k8s.io
  nodes: scheduler-perf-dra-*
  maxClaimsPerNodeParam: $nodes
- opcode: allocResourceClaims
  namespace: ns-0
`;

describe('performance-config.yaml', () => {
  it('is read with all operations and all their fields', () => {
    const [testCase] = parse(configOf(everything, '{nodes: 1, pods: 2, duration: 10s}'));
    assert.equal(new Set(testCase?.operations.map(({ spec }) => spec.opcode)).size, 15);
    assert.equal(opcodes.length, 15);
    const sleep = testCase?.operations.find(({ spec }) => spec.opcode === 'sleep');
    assert.deepEqual(sleep?.spec, { opcode: 'sleep', duration: 90_000 });
  });

  it('gives each workload the labels, gates and threshold metric of its case and its own', () => {
    const [testCase] = parse(`
- name: case
  featureGates: {A: true, B: true}
  labels: [performance]
  schedulerConfigPath: scheduler.yaml
  defaultPodTemplatePath: ../templates/pod.yaml
  defaultThresholdMetricSelector:
    name: scheduler_scheduling_attempt_duration_seconds
    labels: {result: scheduled}
    dataBucket: Perc99
    expectLower: true
  metricsCollectorConfig:
    metrics:
      scheduler_scheduling_attempt_duration_seconds: [{label: result, values: [scheduled, error]}]
  workloadTemplate:
  - opcode: createPods
    count: 1
    collectMetrics: true
  workloads:
  - name: a
    labels: [short]
    featureGates: {B: false}
    threshold: {misc: 10, other: 20}
  - name: b
    thresholdMetricSelector: {name: SchedulingThroughput, dataBucket: Perc50}
`);
    const [a, b] = testCase?.workloads ?? [];
    assert.deepEqual(a?.labels, ['performance', 'short']);
    assert.deepEqual(a?.featureGates, { A: true, B: false });
    assert.deepEqual(a?.threshold, { misc: 10, other: 20 });
    assert.equal(a?.thresholdMetric.dataBucket, 'Perc99');
    assert.equal(b?.thresholdMetric.name, 'SchedulingThroughput');
    assert.equal(b?.threshold, 0);
    assert.equal(testCase?.schedulerConfigPath, 'misc/scheduler.yaml');
    assert.equal(testCase?.defaultPodTemplatePath, 'templates/pod.yaml');
  });

  it('that cannot be read is named', async () => {
    await assert.rejects(
      () => readPerfConfig('nowhere.yaml', memoryFiles({})),
      (error) => error instanceof InputError && /nowhere\.yaml: cannot be read/.test(error.message),
    );
  });
});

const measured = '- opcode: createPods\n  count: 1\n  collectMetrics: true\n';

/** What is wrong, and how it is said. The operations begin in line 3. */
const mistakes: readonly (readonly [string, string, RegExp])[] = [
  ['no test case', '[]', /:1:1: has no test cases/],
  ['no list', 'name: case', /:1:1: has the wrong type \(got .*; allowed a list\)/],
  ['an unknown field of a case', configOf(measured, '{}', '  colour: red\n'), /:2:3: \[0\]\.colour: unknown field/],
  [
    'an unknown operation',
    configOf('- opcode: createPod\n'),
    /:3:13: \[0\]\.workloadTemplate\[0\]\.opcode: is not a known value \(got "createPod"; allowed createNodes, /,
  ],
  [
    'an unknown field of an operation',
    configOf(`${measured}  counts: 1\n`),
    /:6:5: \[0\]\.workloadTemplate\[0\]\.counts: unknown field/,
  ],
  [
    'a negative count',
    configOf('- opcode: createNodes\n  count: -1\n'),
    /:4:12: .*count: is not a count \(got -1; allowed a whole number from 0/,
  ],
  [
    'a parameter without $',
    configOf('- opcode: createNodes\n  countParam: nodes\n'),
    /:4:17: .*countParam: is not a reference to a parameter \(got "nodes"/,
  ],
  [
    'a bad duration',
    configOf('- opcode: sleep\n  duration: 10 seconds\n'),
    /:4:15: .*duration: is not a duration \(got "10 seconds"; allowed numbers with a unit/,
  ],
  [
    'collecting and not waiting',
    configOf(`${measured}  skipWaitToCompletion: true\n`),
    /:6:27: .*skipWaitToCompletion: excludes collectMetrics/,
  ],
  [
    'a steady state and not waiting',
    configOf('- opcode: createPods\n  skipWaitToCompletion: true\n  steadyState: true\n  duration: 1s\n'),
    /:4:27: .*skipWaitToCompletion: excludes steadyState/,
  ],
  [
    'two strategies for nodes',
    configOf(
      '- opcode: createNodes\n  labelNodePrepareStrategy: {labelKey: a, labelValues: [b]}\n  uniqueNodeLabelStrategy: {labelKey: a}\n',
    ),
    /:5:30: .*uniqueNodeLabelStrategy: is one strategy too many/,
  ],
  [
    'a volume without its claim',
    configOf(`${measured}  persistentVolumeTemplatePath: pv.yaml\n`),
    /persistentVolumeClaimTemplatePath: is required: a volume and its claim are made together/,
  ],
  [
    'recreating nothing',
    configOf('- opcode: churn\n  mode: recreate\n  templatePaths: [a.yaml]\n'),
    /number: is required where mode is recreate/,
  ],
  [
    'churn without templates',
    configOf('- opcode: churn\n  mode: create\n  templatePaths: []\n'),
    /templatePaths: is empty/,
  ],
  [
    'an unknown mode of churn',
    configOf('- opcode: churn\n  mode: destroy\n  templatePaths: [a.yaml]\n'),
    /:4:11: .*mode: is not a known value \(got "destroy"; allowed create, recreate\)/,
  ],
  [
    'an unknown stage',
    configOf('- opcode: barrier\n  stageRequirement: Bound\n'),
    /stageRequirement: is not a known value \(got "Bound"; allowed Scheduled, Attempted\)/,
  ],
  ['metrics of no namespace', configOf('- opcode: startCollectingMetrics\n  namespaces: []\n'), /namespaces: is empty/],
  [
    'no operation that collects',
    configOf('- opcode: barrier\n'),
    /:3:3: \[0\]\.workloadTemplate: has no operation that collects metrics/,
  ],
  ['a negative threshold', `${configOf(measured)}    threshold: -1\n`, /threshold: is not a threshold \(got -1/],
  [
    'a threshold on an unknown metric',
    `${configOf(measured)}    thresholdMetricSelector: {name: Speed, dataBucket: Average}\n`,
    /thresholdMetricSelector\.name: selects a metric that is not collected/,
  ],
  [
    'two workloads of one name',
    `${configOf(measured)}  - name: w\n`,
    /workloads\[1\]\.name: is the name of two workloads \(got "w"\)/,
  ],
  ['two cases of one name', configOf(measured) + configOf(measured), /\[1\]\.name: is the name of two test cases/],
  [
    'no workloads',
    `- name: case\n  workloadTemplate:\n${measured.replace(/^/gm, '  ')}\n  workloads: []\n`,
    /workloads: has no workloads/,
  ],
  ['text that is no YAML', 'a: [', /:1:\d+: /],
];

describe('A mistake in performance-config.yaml', () => {
  for (const [what, text, expected] of mistakes) {
    it(`is refused with its line: ${what}`, () => {
      assert.throws(
        () => parse(text),
        (error) => error instanceof InputError && error.message.startsWith(file) && expected.test(error.message),
      );
    });
  }

  it('does not hide the others', () => {
    assert.throws(
      () => parse(configOf('- opcode: sleep\n  duration: x\n- opcode: barrier\n  stageRequirement: Bound\n')),
      (error) => error instanceof InputError && error.problems.length === 2,
    );
  });
});

describe('A label filter', () => {
  const labels = ['performance', 'short'];
  const picks = (filter: string) => labelFilter(filter)(labels);

  it('picks workloads that have every label it names and none that it excludes', () => {
    assert.deepEqual(['', 'performance', '+short, performance', 'performance,-fast'].map(picks), [
      true,
      true,
      true,
      true,
    ]);
    assert.deepEqual(['performance,-short', 'integration-test', '-performance'].map(picks), [false, false, false]);
  });
});

describe('A duration', () => {
  it("is read in all of Go's units", () => {
    const texts = ['0', '500ms', '10s', '1m30s', '1.5h', '2h45m', '100us', '1ns', '-5s', '.5s'];
    const expected = [0, 500, 10_000, 90_000, 5_400_000, 9_900_000, 0.1, 1e-6, -5_000, 500];
    assert.deepEqual(texts.map(parseDurationMs), expected);
  });

  it('needs a number and a unit', () => {
    assert.deepEqual(['', '10', 's', '1 s', '5d', '1s2'].map(parseDurationMs), Array(6).fill(undefined));
  });
});
