import assert from 'node:assert/strict';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import { testCluster } from '../support/cluster.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';
import { budget, outcomeOf, PreemptionBench } from './preemption-bench.ts';

const running = (words: PodWords) => testPod({ nodeName: 'node', ...words });
const preemptor = (words: PodWords = {}) => testPod({ name: 'preemptor', priority: 10, ...words });

describe('preemption', () => {
  it('deletes the fewest pods that must go, the least important ones', () => {
    const cluster = testCluster(
      [testNode({ cpu: '4' })],
      [
        running({ name: 'important', priority: 3, requests: { cpu: '1' } }),
        running({ name: 'young', priority: 1, requests: { cpu: '1' }, status: { startTime: '2024-01-02T00:00:00Z' } }),
        running({ name: 'old', priority: 1, requests: { cpu: '1' }, status: { startTime: '2024-01-01T00:00:00Z' } }),
        running({ name: 'low', priority: 0, requests: { cpu: '1' } }),
      ],
    );
    const bench = new PreemptionBench(cluster);
    assert.equal(outcomeOf(bench.preempt(preemptor({ requests: { cpu: '2' } }))), 'node');
    assert.deepEqual(bench.evicted, ['young', 'low']);
  });

  it('spares what a disruption budget protects, if others will do', () => {
    const cluster = testCluster(
      [testNode({ cpu: '2' })],
      [
        running({ name: 'protected', requests: { cpu: '1' }, labels: { app: 'db' } }),
        running({ name: 'open', priority: 5, requests: { cpu: '1' }, labels: { app: 'web' } }),
      ],
      [budget({ app: 'db', allowed: 0 })],
    );
    const bench = new PreemptionBench(cluster);
    bench.preempt(preemptor({ requests: { cpu: '1' } }));
    assert.deepEqual(bench.evicted, ['open']);
  });

  it('takes a node without violations rather than one with, however far it has to look', () => {
    const cluster = testCluster(
      ['a', 'b', 'c'].map((name) => testNode({ name, cpu: '1' })),
      [
        testPod({ name: 'db-a', nodeName: 'a', requests: { cpu: '1' }, labels: { app: 'db' } }),
        testPod({ name: 'db-b', nodeName: 'b', requests: { cpu: '1' }, labels: { app: 'db' } }),
        testPod({ name: 'web-c', nodeName: 'c', requests: { cpu: '1' }, labels: { app: 'web' } }),
      ],
      [budget({ app: 'db', allowed: 0 })],
    );
    const bench = new PreemptionBench(cluster, { minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 1 });
    assert.equal(outcomeOf(bench.preempt(preemptor({ requests: { cpu: '1' } }))), 'c');
  });

  it('knows no budget of another namespace, without a selector, or for a pod without labels', () => {
    const { spec: _, ...rest } = budget({ name: 'none' });
    const notDb = { key: 'app', operator: 'NotIn', values: ['db'] } as const;
    const cluster = testCluster(
      [testNode({ cpu: '3' })],
      [
        running({ name: 'labelled', requests: { cpu: '1' }, labels: { app: 'web' } }),
        running({ name: 'bare', requests: { cpu: '1' } }),
        running({ name: 'high', priority: 1, requests: { cpu: '1' } }),
      ],
      [
        budget({ name: 'elsewhere', namespace: 'other', app: 'web' }),
        budget({ name: 'everything' }),
        { ...rest, spec: {} },
        { ...rest, spec: { selector: { matchLabels: { app: 'x' }, matchExpressions: [notDb] } } },
      ],
    );
    const bench = new PreemptionBench(cluster);
    bench.preempt(preemptor({ requests: { cpu: '2' } }));
    assert.deepEqual(bench.evicted, ['bare', 'labelled']);
  });

  it('says of every node why nothing can be done there', () => {
    const cluster = testCluster(
      [
        testNode({ name: 'tainted', taints: ['a:NoSchedule'] }),
        testNode({ name: 'empty', pods: '0' }),
        testNode({ name: 'important', cpu: '3' }),
        testNode({ name: 'mixed', cpu: '3' }),
      ],
      [
        testPod({ name: 'vip-1', nodeName: 'important', priority: 10, requests: { cpu: '1' } }),
        testPod({ name: 'vip-2', nodeName: 'mixed', priority: 10, requests: { cpu: '1' } }),
        testPod({ name: 'low', nodeName: 'mixed', requests: { cpu: '1' } }),
      ],
    );
    const bench = new PreemptionBench(cluster);
    const verdict = bench.preempt(preemptor({ requests: { cpu: '3' } }));
    assert.equal(
      outcomeOf(verdict),
      'preemption: 0/4 nodes are available: 1 Insufficient cpu, 1 Preemption is not helpful for scheduling, ' +
        '2 No preemption victims found for incoming pod.',
    );
    assert.equal(verdict.kind === 'failed' && verdict.clearNomination, true);
  });

  it('is not for pods that never preempt', () => {
    const cluster = testCluster([testNode({ pods: '1' })], [running({})]);
    const bench = new PreemptionBench(cluster);
    const verdict = bench.preempt(preemptor({ spec: { preemptionPolicy: 'Never' } }));
    assert.equal(outcomeOf(verdict), 'preemption: not eligible due to preemptionPolicy=Never.');
    assert.equal(verdict.kind === 'failed' && verdict.clearNomination, false);
  });

  it('waits for victims that are on their way out, unless their node has become impossible', () => {
    const leaving = running({
      name: 'leaving',
      metadata: { deletionTimestamp: '2024-01-01T00:00:00Z' },
      status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] },
    });
    const pod = preemptor({ status: { nominatedNodeName: 'node' } });
    const bench = new PreemptionBench(testCluster([testNode({ pods: '1' })], [leaving]));
    assert.match(outcomeOf(bench.preempt(pod)), /a terminating pod on the nominated node/);
    const tainted = testNode({ pods: '1', taints: ['a:NoSchedule'] });
    const other = testNode({ name: 'other', pods: '1' });
    const second = new PreemptionBench(testCluster([tainted, other], [leaving, running({ nodeName: 'other' })]));
    assert.equal(outcomeOf(second.preempt(pod)), 'other');
  });

  it('goes on when a filter fails on one node, and says so when there is no other', () => {
    const fickle: Plugin = {
      name: 'Fickle',
      filter: (cycle, { slots, count }) => {
        if (count === 1 && cycle.cluster.nodeName(slots[0] as number) === 'b') throw new Error('out of order');
      },
    };
    const pods = ['a', 'b'].map((nodeName) => testPod({ name: `on-${nodeName}`, nodeName, requests: { cpu: '1' } }));
    const nodes = ['a', 'b'].map((name) => testNode({ name, cpu: '1' }));
    const pod = preemptor({ requests: { cpu: '1' } });
    const bench = new PreemptionBench(testCluster(nodes, pods), { plugins: [fickle] });
    assert.equal(outcomeOf(bench.preempt(pod)), 'a');
    const cluster = testCluster(nodes.slice(1), pods.slice(1));
    const alone = new PreemptionBench(cluster, { plugins: [fickle] });
    const [slot = -1] = cluster.order;
    const version = cluster.versions[slot];
    assert.match(outcomeOf(alone.preempt(pod)), /^preemption: .*out of order/);
    assert.deepEqual(
      cluster.podsOn(slot).map((info) => info.pod.metadata.name),
      ['on-b'],
    );
    assert.equal(cluster.versions[slot], version);
  });

  it('does not try again on nodes where nothing has changed for another pod like that', () => {
    let looks = 0;
    const counting: Plugin = {
      name: 'Counting',
      nodeLocal: true,
      filter: (_cycle, { count }) => {
        if (count === 1) looks += 1;
      },
    };
    const names = Array.from({ length: 20 }, (_, place) => `node-${place}`);
    const cluster = testCluster(
      names.map((name) => testNode({ name, cpu: '1' })),
      names.map((nodeName) => testPod({ name: `on-${nodeName}`, nodeName, requests: { cpu: '1' } })),
    );
    const bench = new PreemptionBench(cluster, { plugins: [counting] });
    bench.evict = () => undefined;
    const { labels } = testPod().metadata;
    const { spec } = preemptor({ requests: { cpu: '1' } });
    const pods = ['one', 'two'].map((name) => ({ ...preemptor({ name }), spec, labels }));
    for (const pod of pods) {
      bench.preempt(pod);
      bench.nominated.delete(cluster.info(pod).key);
    }
    // One look at each empty node; putting its pod back fails before this filter is asked. The nomination has come and
    // gone on one of them.
    assert.equal(looks, names.length + 1);
  });
});
