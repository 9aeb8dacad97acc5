import assert from 'node:assert/strict';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { prioritySort } from '../../../src/scheduler/plugins/priority-sort.ts';
import { schedulingGates } from '../../../src/scheduler/plugins/scheduling-gates.ts';
import { createPlugin, testCluster, testPod } from '../support/cluster.ts';

const cluster = testCluster([]);
const infoOf = (priority: number): PodInfo => cluster.info(testPod({ name: `p${priority}`, priority }));

describe('the plugin SchedulingGates', () => {
  const plugin = createPlugin(schedulingGates, cluster);
  const gated = (...gates: string[]): PodInfo =>
    cluster.info(testPod({ metadata: { uid: 'u' }, spec: { schedulingGates: gates } }));

  it('lets pods without gates into the queue', () => {
    assert.equal(plugin.preEnqueue?.(gated()), undefined);
  });

  it('holds pods back and names their gates', () => {
    assert.deepEqual(plugin.preEnqueue?.(gated('a.io/quota', 'b.io/topology')), {
      code: 'unresolvable',
      plugin: 'SchedulingGates',
      reasons: ['waiting for scheduling gates: [a.io/quota b.io/topology]'],
    });
  });

  it('wakes the pod whose gates have gone, and no other one', () => {
    const [interest] = plugin.events ?? [];
    assert.deepEqual(interest?.actions, ['update-gates-eliminated']);
    const after = gated().pod;
    const event = { resource: 'UnscheduledPod', actions: ['update-gates-eliminated'], after } as const;
    assert.equal(interest?.hint?.(gated('a'), event), 'queue');
    assert.equal(interest?.hint?.(cluster.info(testPod({ name: 'other' })), event), 'skip');
  });
});

describe('the plugin PrioritySort', () => {
  const { compare } = createPlugin(prioritySort, cluster);

  it('puts pods of higher priority first, however late they came', () => {
    const [high, low] = [infoOf(10), infoOf(-5)];
    assert.ok((compare?.({ info: high, timestampMs: 9 }, { info: low, timestampMs: 1 }) ?? 0) < 0);
    assert.ok((compare?.({ info: low, timestampMs: 1 }, { info: high, timestampMs: 9 }) ?? 0) > 0);
  });

  it('puts the pod first that has waited longer among those of one priority', () => {
    const info = infoOf(0);
    assert.ok((compare?.({ info, timestampMs: 1 }, { info, timestampMs: 2 }) ?? 0) < 0);
    assert.equal(compare?.({ info, timestampMs: 1 }, { info, timestampMs: 1 }), 0);
  });
});
