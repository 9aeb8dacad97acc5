import assert from 'node:assert/strict';
import { compare, place } from '../../src/scheduler/compare.ts';
import { planScheduler, readSchedulerPlan } from '../../src/scheduler/config/read-config.ts';
import { schedulerConfigSchema } from '../../src/scheduler/config/scheduler-config.ts';
import { pluginRegistry } from '../../src/scheduler/plugins/registry.ts';
import { testNode, testPod } from './support/objects.ts';

const spreading = await readSchedulerPlan(undefined, { registry: pluginRegistry });
const packing = planScheduler(
  schedulerConfigSchema.parse({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    profiles: [
      {
        plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeResourcesFit' }] } },
        pluginConfig: [
          {
            name: 'NodeResourcesFit',
            args: { scoringStrategy: { type: 'MostAllocated', resources: [{ name: 'cpu', weight: 1 }] } },
          },
        ],
      },
    ],
  }),
  {},
  pluginRegistry,
);

const nodes = ['a', 'b', 'c', 'd'].map((name) => testNode({ name, cpu: '4', memory: '16Gi' }));
const pods = (count: number, cpu: string) =>
  Array.from({ length: count }, (_, serial) => testPod({ name: `p${serial}`, requests: { cpu, memory: '1Gi' } }));

describe('what a placement comes to', () => {
  it('is counted over nodes and pods', () => {
    const { outcome } = place(packing, [...nodes, ...pods(4, '2')], { seed: 1, tieBreak: 'first' });
    assert.deepEqual(outcome, {
      bound: 4,
      pending: 0,
      preempted: 0,
      nodesInUse: 2,
      cpuImbalance: 0.5,
      memoryImbalance: 1 / 16,
      cpuUtilization: 1,
      memoryUtilization: 1 / 8,
      meanWaitMs: 0,
    });
  });

  it('tells pods that wait from pods that were preempted, and leaves out pods that ran before', () => {
    const running = testPod({ name: 'running', nodeName: 'a', requests: { cpu: '1' } });
    const low = testPod({
      name: 'low',
      requests: { cpu: '4' },
      metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
    });
    const big = testPod({ name: 'big', requests: { cpu: '9' } });
    const { outcome, report } = place(spreading, [...nodes, running, low, big], { seed: 1 });
    assert.deepEqual([outcome.bound, outcome.pending, outcome.preempted], [1, 1, 0]);
    assert.deepEqual(
      report.bindings.map(({ name }) => name),
      ['low'],
    );
  });
});

describe('a comparison of two schedulers', () => {
  it('pairs them by seed', () => {
    const seen: number[] = [];
    const workload = (seed: number) => {
      seen.push(seed);
      return [...nodes, ...pods(seed, '1')];
    };
    const { base, head, differing, differences, waiting } = compare(spreading, packing, workload, [2, 3, 4, 4, 3, 2]);
    assert.deepEqual(seen, [2, 3, 4, 4, 3, 2]);
    assert.deepEqual(
      base.map(({ nodesInUse }) => nodesInUse),
      [2, 3, 4, 4, 3, 2],
    );
    assert.ok(head.every(({ nodesInUse }) => nodesInUse === 1));
    assert.equal(differences.nodesInUse.estimate, -2);
    assert.ok(differences.nodesInUse.low <= -2 && differences.nodesInUse.high >= -2);
    assert.deepEqual([differences.bound.low, differences.bound.high], [0, 0]);
    assert.deepEqual(
      differing.map(({ both }) => both),
      [2, 3, 4, 4, 3, 2],
    );
    assert.deepEqual(waiting, {});
  });

  it('finds no difference between a scheduler and itself', () => {
    const { differing, differences } = compare(spreading, spreading, () => [...nodes, ...pods(9, '1')], [1, 2, 3]);
    assert.ok(differing.every(({ both, differ }) => both === 9 && differ === 0));
    assert.ok(Object.values(differences).every(({ estimate }) => estimate === 0));
  });

  it('shows a pod that waits under one of them, and why', () => {
    const all = [...nodes, ...pods(4, '1'), testPod({ name: 'whole', requests: { cpu: '4' } })];
    const { waiting } = compare(spreading, packing, () => all, [1]);
    assert.equal(waiting.head, undefined);
    assert.equal(waiting.base?.name, 'whole');
    assert.match(waiting.base?.message ?? '', /^0\/4 nodes are available: 4 Insufficient cpu\./);
  });
});
