import assert from 'node:assert/strict';
import type { Node, Pod, PodDisruptionBudget } from '../../../src/api/objects.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';
import { emptyCluster, type ReferenceCluster } from './cluster.ts';
import { fitErrorMessage } from './fit-error.ts';
import type { ReferenceOptions } from './options.ts';
import { type PreemptionOutcome, referencePreempt } from './preempt.ts';
import { referenceSchedule } from './schedule.ts';
import { claimOf, claimVolume, podTerm, selecting, volumeOf } from './words.ts';

const nodesOf = (...names: readonly string[]): Node[] =>
  names.map((name) => testNode({ name, labels: { host: name } }));

/** Started at that second of the first minute of 2026. */
const since = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const running = (name: string, nodeName: string, cpu: string, words: PodWords = {}): Pod =>
  testPod({ name, nodeName, requests: { cpu }, ...words });

const preemptor = (cpu: string, words: PodWords = {}): Pod =>
  testPod({ name: 'new', requests: { cpu }, priority: 100, ...words });

function preempt(
  cluster: Partial<ReferenceCluster>,
  pod: Pod,
  options: Partial<ReferenceOptions> = {},
  offset = 0,
): PreemptionOutcome {
  const decision = referenceSchedule(emptyCluster(cluster), pod, options);
  assert.deepEqual(decision.feasible, []);
  return referencePreempt(decision, offset);
}

const victimsOf = ({ chosen }: PreemptionOutcome): string[] =>
  chosen?.victims.map(({ metadata }) => metadata.name) ?? [];

const budget = (allowed: number, words: Partial<PodDisruptionBudget['status']> = {}): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'budget', namespace: 'default', labels: {}, annotations: {} },
  spec: { selector: selecting({ app: 'guarded' }) },
  status: { disruptionsAllowed: allowed, disruptedPods: {}, ...words },
});

describe('victims of a preemption', () => {
  it('are as few as needed, the least important first', () => {
    const pods = [
      running('old', 'n', '1', { priority: 10, status: { startTime: since(1) } }),
      running('young', 'n', '1', { priority: 10, status: { startTime: since(5) } }),
      running('low', 'n', '1', { priority: 0, status: { startTime: since(0) } }),
      running('high', 'n', '1', { priority: 100 }),
    ];
    const outcome = preempt({ nodes: nodesOf('n'), pods }, preemptor('2'));
    assert.deepEqual(victimsOf(outcome), ['young', 'low']);
  });

  it('go on being tried after one that cannot come back', () => {
    // After the first has come back, only the third fits in beside the preemptor.
    const pods = [
      running('a', 'n', '1', { priority: 3 }),
      running('b', 'n', '2', { priority: 2 }),
      running('c', 'n', '1', { priority: 1 }),
    ];
    assert.deepEqual(victimsOf(preempt({ nodes: nodesOf('n'), pods }, preemptor('2'))), ['b']);
  });

  it('are never of the same priority', () => {
    const outcome = preempt(
      { nodes: nodesOf('n'), pods: [running('same', 'n', '4', { priority: 100 })] },
      preemptor('1'),
    );
    assert.equal(outcome.chosen, undefined);
    assert.equal(
      outcome.message,
      'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    );
  });

  it('that a budget protects come back before others, important or not', () => {
    const pods = [
      running('plain', 'n', '2', { priority: 50 }),
      running('guarded', 'n', '2', { priority: 1, labels: { app: 'guarded' } }),
    ];
    const cluster = { nodes: nodesOf('n'), pods };
    assert.deepEqual(victimsOf(preempt({ ...cluster, objects: [budget(0)] }, preemptor('2'))), ['plain']);
    assert.deepEqual(victimsOf(preempt({ ...cluster, objects: [budget(1)] }, preemptor('2'))), ['guarded']);
    const disrupted = budget(0, { disruptedPods: { guarded: since(0) } });
    assert.deepEqual(victimsOf(preempt({ ...cluster, objects: [disrupted] }, preemptor('2'))), ['guarded']);
  });

  it('use up a budget in the order of importance', () => {
    const guarded = { labels: { app: 'guarded' } };
    const pods = [
      running('a', 'n', '2', { ...guarded, priority: 2 }),
      running('b', 'n', '2', { ...guarded, priority: 1 }),
    ];
    // The first one is within the budget, so the second one is protected and comes back.
    const outcome = preempt({ nodes: nodesOf('n'), pods, objects: [budget(1)] }, preemptor('2'));
    assert.deepEqual([victimsOf(outcome), outcome.chosen?.violations], [['a'], 0]);
    const both = preempt({ nodes: nodesOf('n'), pods, objects: [budget(1)] }, preemptor('4'));
    assert.deepEqual([victimsOf(both), both.chosen?.violations], [['a', 'b'], 1]);
  });

  it('may be evicted for their anti-affinity, or a claim that only one pod may have', () => {
    const term = podTerm({ topologyKey: 'host', labelSelector: selecting({}) });
    const lonely = running('lonely', 'n', '1', {
      spec: { affinity: { podAntiAffinity: { required: [term], preferred: [] } } },
    });
    assert.deepEqual(
      victimsOf(preempt({ nodes: nodesOf('n'), pods: [lonely, running('other', 'n', '1')] }, preemptor('1'))),
      ['lonely'],
    );
    const objects = [
      claimOf({ name: 'c', boundTo: 'v', spec: { accessModes: ['ReadWriteOncePod'] } }),
      volumeOf({ name: 'v' }),
    ];
    const spec = { volumes: [claimVolume('c')] };
    const holder = running('holder', 'n', '1', { spec });
    const outcome = preempt(
      { nodes: nodesOf('n', 'm'), pods: [holder], objects },
      testPod({ name: 'new', priority: 1, spec }),
    );
    assert.deepEqual([outcome.chosen?.node, victimsOf(outcome)], ['n', ['holder']]);
  });
});

describe('the node that preemption picks', () => {
  const pick = (pods: readonly Pod[], objects: readonly PodDisruptionBudget[] = []): string | undefined =>
    preempt({ nodes: nodesOf('a', 'b'), pods, objects }, preemptor('4')).chosen?.node;
  const guarded = { labels: { app: 'guarded' } };

  it('has the fewest violated budgets', () => {
    const pods = [running('x', 'a', '4', guarded), running('y', 'b', '4', { priority: 9 })];
    assert.equal(pick(pods, [budget(0)]), 'b');
    assert.equal(pick(pods), 'a');
  });

  it('then the least important most important victim', () => {
    assert.equal(
      pick([running('x', 'a', '4', { priority: 5 }), running('y', 'b', '2'), running('z', 'b', '2', { priority: 4 })]),
      'b',
    );
  });

  it('then the smallest sum of priorities, where each victim counts for 2^31 more', () => {
    const low = { priority: -1000 };
    assert.equal(pick([running('x', 'a', '2', low), running('y', 'a', '2', low), running('z', 'b', '4', low)]), 'b');
    assert.equal(
      pick([
        running('x', 'a', '2', { priority: 3 }),
        running('y', 'a', '2', { priority: 2 }),
        running('z', 'b', '2', { priority: 3 }),
        running('w', 'b', '2', { priority: 1 }),
      ]),
      'b',
    );
  });

  it('then the victims that have run the shortest', () => {
    const started = (second: number): PodWords => ({ status: { startTime: since(second) } });
    assert.equal(pick([running('x', 'a', '4', started(3)), running('y', 'b', '4', started(4))]), 'b');
    assert.equal(pick([running('x', 'a', '4'), running('y', 'b', '4', started(4))]), 'a');
  });

  it('then comes first', () => {
    const cluster = {
      nodes: nodesOf('a', 'b', 'c'),
      pods: ['a', 'b', 'c'].map((name) => running(`x-${name}`, name, '4', { status: { startTime: since(0) } })),
    };
    assert.equal(preempt(cluster, preemptor('4')).chosen?.node, 'a');
    assert.equal(preempt(cluster, preemptor('4'), {}, 2).chosen?.node, 'c');
  });
});

describe('the search for candidates', () => {
  const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
  const cluster = {
    nodes: nodesOf(...names),
    pods: names.map((name, index) => running(`x-${name}`, name, '4', { priority: 10 - index })),
  };

  it('looks at no more nodes than it is told to', () => {
    const options = { minCandidateNodesAbsolute: 1, minCandidateNodesPercentage: 30 };
    const outcome = preempt(cluster, preemptor('4'), options, 5);
    assert.deepEqual(
      outcome.candidates.map(({ node }) => node),
      ['n5', 'n6', 'n7'],
    );
    assert.equal(outcome.chosen?.node, 'n7');
  });

  it('goes on until one violates no budget, and keeps no more of either kind than it wants', () => {
    const pods = cluster.pods.map((pod, index) =>
      index < 4 ? { ...pod, metadata: { ...pod.metadata, labels: { app: 'guarded' } } } : pod,
    );
    const found = (minCandidateNodesAbsolute: number): string[] => {
      const options = { minCandidateNodesAbsolute, minCandidateNodesPercentage: 0 };
      const outcome = preempt({ ...cluster, pods, objects: [budget(0)] }, preemptor('4'), options);
      return outcome.candidates.map(({ node }) => node);
    };
    assert.deepEqual(found(1), ['n4', 'n0']);
    assert.deepEqual(found(3), ['n4', 'n0', 'n1', 'n2']);
    assert.deepEqual(found(6), ['n4', 'n5', 'n0', 'n1', 'n2', 'n3']);
  });

  it('passes over nodes that no eviction would make fit', () => {
    const nodes = [
      ...nodesOf('a'),
      testNode({ name: 'small', cpu: '1' }),
      testNode({ name: 'cordoned', unschedulable: true }),
    ];
    const pods = [running('x', 'a', '3', { priority: 100 }), running('y', 'a', '1'), running('z', 'small', '1')];
    const decision = referenceSchedule(emptyCluster({ nodes, pods }), preemptor('2'));
    const outcome = referencePreempt(decision, 0);
    const expected =
      '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Insufficient cpu, 2 Preemption is not helpful for scheduling.';
    assert.equal(fitErrorMessage(decision.diagnosis, outcome.message), expected);
  });
});

describe('a pod may not preempt', () => {
  const cluster = { nodes: nodesOf('n'), pods: [running('x', 'n', '4')] };

  it('if its policy says so', () => {
    const outcome = preempt(cluster, preemptor('1', { spec: { preemptionPolicy: 'Never' } }));
    assert.equal(outcome.message, 'preemption: not eligible due to preemptionPolicy=Never.');
  });

  it('while pods that it preempted before are still leaving', () => {
    const leaving = (reason: string, priority = 0): Pod =>
      running('x', 'n', '4', {
        priority,
        metadata: { deletionTimestamp: since(0) },
        status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason }] },
      });
    const pod = preemptor('1', { status: { nominatedNodeName: 'n' } });
    const outcome = preempt({ ...cluster, pods: [leaving('PreemptionByScheduler')] }, pod);
    assert.equal(outcome.message, 'preemption: not eligible due to a terminating pod on the nominated node.');
    assert.deepEqual(victimsOf(preempt({ ...cluster, pods: [leaving('EvictionByEvictionAPI')] }, pod)), ['x']);
    const tainted = { ...cluster, nodes: [...nodesOf('m'), testNode({ name: 'n', taints: ['t:NoSchedule'] })] };
    const elsewhere = { ...tainted, pods: [leaving('PreemptionByScheduler'), running('y', 'm', '4')] };
    assert.deepEqual(victimsOf(preempt(elsewhere, pod)), ['y']);
  });
});

describe('after a preemption', () => {
  it('less important pods lose their promise of that node', () => {
    const waiting = (name: string, priority: number, nominatedNodeName: string): Pod =>
      testPod({ name, priority, status: { nominatedNodeName } });
    const nominated = [waiting('less', 50, 'n'), waiting('more', 500, 'n'), waiting('elsewhere', 50, 'm')];
    const outcome = preempt({ nodes: nodesOf('n'), pods: [running('x', 'n', '4')], nominated }, preemptor('1'));
    assert.deepEqual(
      outcome.unnominated.map(({ metadata }) => metadata.name),
      ['less'],
    );
    assert.equal(outcome.message, '');
  });
});
