import assert from 'node:assert/strict';
import { type NodeWords, type PodWords, testNode, testPod } from '../support/objects.ts';
import { emptyCluster } from './cluster.ts';
import type { ReferenceOptions, ScoringStrategy } from './options.ts';
import { shapeScore } from './plugins/node-resources-fit.ts';
import { type ReferenceDecision, referenceSchedule } from './schedule.ts';
import { scoresOf } from './words.ts';

const small = { cpu: '100m', memory: '500Mi' };

function decide(
  node: NodeWords,
  running: PodWords,
  pod: PodWords,
  options: Partial<ReferenceOptions> = {},
): ReferenceDecision {
  const nodes = [testNode({ name: 'n', ...node })];
  const pods = [testPod({ name: 'running', nodeName: 'n', ...running })];
  return referenceSchedule(emptyCluster({ nodes, pods }), testPod(pod), options);
}

const fitScore = (decision: ReferenceDecision): number | undefined => scoresOf(decision, 'NodeResourcesFit')?.raw[0];
const balanceScore = (decision: ReferenceDecision): number | undefined =>
  scoresOf(decision, 'NodeResourcesBalancedAllocation')?.raw[0];

describe('scores of an empty node of 4 cpus and 32 GiB for a pod of 100m and 500Mi', () => {
  const decision = referenceSchedule(
    emptyCluster({ nodes: [testNode({ name: 'a' }), testNode({ name: 'b' })] }),
    testPod({ requests: small }),
  );

  it('are 97 for room and 74 for balance', () => {
    assert.deepEqual(scoresOf(decision, 'NodeResourcesFit')?.raw, [97, 97]);
    assert.deepEqual(scoresOf(decision, 'NodeResourcesBalancedAllocation')?.raw, [74, 74]);
  });

  it('add up to 471, with 300 for no taints at all', () => {
    assert.deepEqual(scoresOf(decision, 'TaintToleration'), { raw: [0, 0], normalized: [100, 100] });
    assert.deepEqual(decision.scores?.totals, [471, 471]);
    assert.deepEqual(decision.scores?.best, ['a', 'b']);
    assert.equal(decision.chosen, 'a');
  });

  it('leave out plugins that have nothing to say', () => {
    const scored = [...(decision.scores?.byPlugin.keys() ?? [])];
    assert.deepEqual(scored, [
      'TaintToleration',
      'NodeResourcesFit',
      'NodeResourcesBalancedAllocation',
      'ImageLocality',
    ]);
  });
});

describe('LeastAllocated', () => {
  it('takes what containers leave out for 100m and 200 MiB, on the node and in the pod', () => {
    // (4000 - 200) / 4000 and (32768 - 400) / 32768.
    assert.equal(fitScore(decide({}, {}, {})), Math.trunc((95 + 98) / 2));
  });

  it('gives nothing for a resource that would be overdrawn', () => {
    assert.equal(
      fitScore(
        decide({ cpu: '1' }, { requests: { cpu: '950m', memory: '16Gi' } }, { requests: { cpu: '0', memory: '0' } }),
      ),
      27,
    );
    assert.equal(
      fitScore(decide({ cpu: '1' }, { requests: { cpu: '950m', memory: '16Gi' } }, { requests: { memory: '0' } })),
      25,
    );
  });

  it('weighs resources, and passes over those that the node lacks or the pod does not ask for', () => {
    const scoringStrategy: ScoringStrategy = {
      type: 'LeastAllocated',
      resources: [
        { name: 'cpu', weight: 1 },
        { name: 'example.com/gpu', weight: 3 },
        { name: 'example.com/fpga', weight: 100 },
      ],
    };
    const node = { resources: { 'example.com/gpu': '4' } };
    const running = { requests: { cpu: '1', 'example.com/gpu': '1' } };
    const asking = { requests: { cpu: '1', 'example.com/gpu': '1' } };
    assert.equal(fitScore(decide(node, running, asking, { scoringStrategy })), (50 + 3 * 50) / 4);
    assert.equal(fitScore(decide(node, running, { requests: { cpu: '2' } }, { scoringStrategy })), 25);
  });

  it('is exact where a double is not', () => {
    const resources = { memory: '9007199254740993' };
    const scoringStrategy: ScoringStrategy = { type: 'LeastAllocated', resources: [{ name: 'memory', weight: 1 }] };
    // 99 % and one byte are taken: 0.99… of a percent is left.
    const running = { requests: { memory: String((9007199254740993n * 99n) / 100n + 1n) } };
    assert.equal(fitScore(decide({ resources }, running, { requests: { memory: '0' } }, { scoringStrategy })), 0);
  });
});

describe('MostAllocated', () => {
  it('gives the share that would be taken, at most all', () => {
    const scoringStrategy: ScoringStrategy = {
      type: 'MostAllocated',
      resources: [
        { name: 'cpu', weight: 1 },
        { name: 'memory', weight: 2 },
      ],
    };
    const running = { requests: { cpu: '1', memory: '8Gi' } };
    assert.equal(
      fitScore(decide({}, running, { requests: { cpu: '1', memory: '0' } }, { scoringStrategy })),
      Math.trunc((50 + 2 * 25) / 3),
    );
    const full = { requests: { cpu: '950m', memory: '32Gi' } };
    assert.equal(fitScore(decide({ cpu: '1' }, full, { requests: { memory: '0' } }, { scoringStrategy })), 100);
  });
});

describe('RequestedToCapacityRatio', () => {
  const rising = [
    { utilization: 0, score: 0 },
    { utilization: 100, score: 10 },
  ];
  const falling = [
    { utilization: 0, score: 10 },
    { utilization: 40, score: 5 },
    { utilization: 100, score: 0 },
  ];

  it('reads a rising shape', () => {
    assert.deepEqual(
      [33, 75].map((utilization) => shapeScore(rising, utilization)),
      [33, 75],
    );
  });

  it('rounds towards zero on a falling shape', () => {
    assert.deepEqual(
      [13, 55].map((utilization) => shapeScore(falling, utilization)),
      [84, 38],
    );
  });

  it('is flat before the first point and after the last', () => {
    const middle = [
      { utilization: 20, score: 3 },
      { utilization: 80, score: 7 },
    ];
    assert.deepEqual(
      [0, 20, 80, 100].map((utilization) => shapeScore(middle, utilization)),
      [30, 30, 70, 70],
    );
  });

  it('does not count resources that score nothing, and rounds the mean', () => {
    const scoringStrategy: ScoringStrategy = {
      type: 'RequestedToCapacityRatio',
      resources: [
        { name: 'cpu', weight: 1 },
        { name: 'memory', weight: 1 },
      ],
      shape: rising,
    };
    const score = (cpu: string, memory: string): number | undefined =>
      fitScore(decide({}, { requests: { cpu: '0', memory: '0' } }, { requests: { cpu, memory } }, { scoringStrategy }));
    assert.equal(score('2', '0'), 50);
    assert.equal(score('2', '327Mi'), 50);
    assert.equal(score('2', '330Mi'), 26);
    assert.equal(score('0', '0'), 0);
  });
});

describe('NodeResourcesBalancedAllocation', () => {
  const node = { cpu: '4', memory: '10000' };
  const running = { requests: { cpu: '1', memory: '8000' } };
  const pod = { requests: { cpu: '1', memory: '0' } };

  it('scores the change that the pod makes: 85 after 72 is 81', () => {
    assert.equal(balanceScore(decide(node, running, pod)), 81);
  });

  it('scored only the balance with the pod up to 1.35', () => {
    assert.equal(balanceScore(decide(node, running, pod, { compat: '1.34' })), 85);
  });

  it('skips a pod that asks for none of its resources', () => {
    assert.equal(balanceScore(decide(node, running, { requests: { cpu: '0', 'example.com/x': '0' } })), undefined);
  });

  it('goes by the real requests, and takes no share for more than all', () => {
    // With 6 of 4 cpus taken the share is 1, of memory 0: the deviation is 0.5 both before and after.
    const zero = { requests: { cpu: '0', memory: '1' } };
    const over = { requests: { cpu: '6' } };
    assert.equal(balanceScore(decide({ ...node, memory: '1000000' }, over, zero)), 75);
    assert.equal(balanceScore(decide({ ...node, memory: '1000000' }, over, zero, { compat: '1.34' })), 50);
  });

  it('takes the standard deviation of three', () => {
    const balancedResources = ['cpu', 'memory', 'ephemeral-storage'].map((name) => ({ name, weight: 1 }));
    const big = { cpu: '10', memory: '10', resources: { 'ephemeral-storage': '10' } };
    const asking = { requests: { cpu: '1', memory: '4', 'ephemeral-storage': '10' } };
    const decision = decide(big, { requests: {} }, asking, { balancedResources, compat: '1.34' });
    // Shares 0.1, 0.4 and 1: mean 0.5, deviation sqrt(0.42 / 3).
    assert.equal(balanceScore(decision), Math.trunc((1 - Math.sqrt(0.14)) * 100));
  });
});
