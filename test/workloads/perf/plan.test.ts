import assert from 'node:assert/strict';
import { InputError } from '../../../src/api/index.ts';
import type { PerfOperation } from '../../../src/workloads/perf/index.ts';
import { configOf, planOf } from './workloads.ts';

const operations = (text: string, params?: string, more?: string): readonly PerfOperation[] =>
  planOf(configOf(text, params, more)).operations;

const collecting = '- opcode: createPods\n  count: 1\n  collectMetrics: true\n';

describe('The plan of a workload', () => {
  it('has the counts of its parameters, which stand above written ones', () => {
    const [nodes, pods] = operations(
      '- opcode: createNodes\n  count: 3\n  countParam: $nodes\n- opcode: createPods\n  countParam: $pods\n  countMultiplierParam: $nodes\n  collectMetrics: true\n',
      '{nodes: 7, pods: 10}',
    );
    assert.equal(nodes?.opcode === 'createNodes' && nodes.count, 7);
    assert.equal(pods?.opcode === 'createPods' && pods.count, 70);
  });

  it('names namespaces that are not given after the place of the operation, pod sets unfolded', () => {
    const planned = operations(
      `- opcode: createPods\n- opcode: createPodSets\n  count: 2\n  namespacePrefix: set\n  createPodsOp: {count: 5}\n- opcode: churn\n  mode: create\n  templatePaths: [a.yaml]\n${collecting}`,
    );
    assert.deepEqual(
      planned.map((operation) => 'namespace' in operation && operation.namespace),
      ['namespace-0', 'set-0', 'set-1', 'namespace-3', 'namespace-4'],
    );
    assert.deepEqual(
      planned.map(({ place }) => place),
      [0, 1, 2, 3, 4],
    );
  });

  it("finds templates beside the configuration; pods without one use the case's", () => {
    const [own, ofCase] = operations(
      `- opcode: createPods\n  podTemplatePath: ../templates/own.yaml\n${collecting}`,
      '{}',
      '  defaultPodTemplatePath: pod.yaml\n',
    );
    assert.equal(own?.opcode === 'createPods' && own.template?.path, 'templates/own.yaml');
    assert.equal(ofCase?.opcode === 'createPods' && ofCase.template?.path, 'topic/pod.yaml');
    const [absolute] = operations(`- opcode: createPods\n  podTemplatePath: /tmp/pod.yaml\n${collecting}`);
    assert.equal(absolute?.opcode === 'createPods' && absolute.template?.path, '/tmp/pod.yaml');
  });

  it('has durations, flags and template values from parameters', () => {
    const [pods] = operations(
      '- opcode: createPods\n  count: 10\n  steadyStateParam: $steady\n  durationParam: $time\n  collectMetrics: true\n  podTemplatePath: a.yaml\n  templateParams: {size: $size, plain: x}\n',
      '{steady: true, time: 1.5s, size: [1, 2]}',
    );
    assert(pods?.opcode === 'createPods');
    assert.deepEqual(pods.pace, { kind: 'steady', durationMs: 1_500 });
    assert.deepEqual(pods.template?.params, { size: [1, 2], plain: 'x' });
  });

  it('churns twice a second, without end, unless it is told otherwise', () => {
    const [churn] = operations(`- opcode: churn\n  mode: create\n  templatePaths: [a.yaml]\n${collecting}`);
    assert(churn?.opcode === 'churn');
    assert.deepEqual([churn.number, churn.intervalMs], [Number.POSITIVE_INFINITY, 500]);
  });
});

/** Operations, parameters, and how the plan is refused. Operations begin in line 3. */
const mistakes: readonly (readonly [string, string, string, RegExp])[] = [
  [
    'a missing parameter',
    '- opcode: createPods\n  countParam: $pods\n  collectMetrics: true\n',
    '{pod: 1}',
    /^topic\/performance-config\.yaml:4:17: countParam: workload w has no such parameter \(got \$pods; allowed \$pod\)/,
  ],
  ['an unused parameter', collecting, '{pods: 1}', /:8:14: params\.pods: is used by no operation/],
  [
    'a count that is a text',
    '- opcode: createPods\n  countParam: $pods\n  collectMetrics: true\n',
    '{pods: many}',
    /:8:14: params\.pods: does not fit its use \(got "many"; allowed a whole number from 0\)/,
  ],
  [
    'a count with a fraction',
    '- opcode: createPods\n  countParam: $pods\n  collectMetrics: true\n',
    '{pods: 1.5}',
    /does not fit its use \(got 1\.5/,
  ],
  [
    'a duration that is a number',
    `- opcode: sleep\n  durationParam: $time\n${collecting}`,
    '{time: 10}',
    /params\.time: does not fit its use \(got 10; allowed numbers with a unit/,
  ],
  [
    'a flag that is a text',
    '- opcode: createPods\n  steadyStateParam: $steady\n  duration: 1s\n  collectMetrics: true\n',
    '{steady: "yes"}',
    /params\.steady: does not fit its use \(got "yes"; allowed true or false\)/,
  ],
  [
    'a steady state of no length',
    '- opcode: createPods\n  steadyState: true\n  collectMetrics: true\n',
    '{}',
    /duration: must be longer than 0/,
  ],
  [
    'a missing parameter of pod sets',
    `- opcode: createPodSets\n  count: 1\n  namespacePrefix: a\n  createPodsOp:\n    countParam: $pods\n${collecting}`,
    '{}',
    /:7:19: createPodsOp\.countParam: workload w has no such parameter/,
  ],
  [
    'a missing template value',
    '- opcode: createPods\n  podTemplatePath: a\n  templateParams: {size: $size}\n  collectMetrics: true\n',
    '{}',
    /templateParams\.size: workload w has no such parameter/,
  ],
  [
    'collecting twice at once',
    `- opcode: startCollectingMetrics\n  namespaces: [a]\n${collecting}- opcode: stopCollectingMetrics\n`,
    '{}',
    /:5:5: metrics are collected already/,
  ],
  ['stopping what has not begun', '- opcode: stopCollectingMetrics\n', '{}', /:3:5: no metrics are collected/],
  [
    'beginning what is not stopped',
    `${collecting}- opcode: startCollectingMetrics\n  namespaces: [a]\n`,
    '{}',
    /:6:5: startCollectingMetrics is not followed by stopCollectingMetrics/,
  ],
];

describe('A workload that cannot be planned', () => {
  for (const [what, text, params, expected] of mistakes) {
    it(`is refused with its line: ${what}`, () => {
      assert.throws(
        () => operations(text, params),
        (error) => error instanceof InputError && expected.test(error.message),
      );
    });
  }
});
