import assert from 'node:assert/strict';
import { gpuSharing } from '../../../src/scheduler/plugins/gpu-sharing/gpu-sharing.ts';
import { type GpuTask, gpuDevices } from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { assignPod, createPlugin, cycleFor, reasonsOf, testCluster, testPod } from '../support/cluster.ts';
import { gpuNode, gpuPod, share, taskOf } from './nodes.ts';

const gpuMilli = 'alibabacloud.com/gpu-milli';
const noRoom = "unschedulable: node(s) didn't have enough free on a GPU";
const tooFew = "unresolvable: node(s) didn't have enough GPUs";
const wrongModel = "unresolvable: node(s) didn't have the GPU model";

const nodes = [gpuNode('cpu', 0), gpuNode('t4', 2), gpuNode('p100', 4, { model: 'P100' })];
const running = [gpuPod('a', share(600), 't4'), gpuPod('b', share(700), 't4')];

function refusals(task: GpuTask): Record<string, string> {
  const cluster = testCluster(nodes, running);
  return reasonsOf(createPlugin(gpuSharing, cluster), cycleFor(cluster, gpuPod('p', task)));
}

describe('GpuSharing', () => {
  it('refuses nodes where no single GPU has enough free, although all together have', () => {
    assert.deepEqual(refusals(share(400)), { cpu: tooFew });
    assert.deepEqual(refusals(share(500)), { cpu: tooFew, t4: noRoom });
  });

  it('wants as many idle GPUs as the pod asks for', () => {
    assert.deepEqual(refusals(taskOf(1, 1000)), { cpu: tooFew, t4: noRoom });
    assert.deepEqual(refusals(taskOf(3, 1000)), { cpu: tooFew, t4: tooFew });
    assert.deepEqual(refusals(taskOf(8, 1000)), { cpu: tooFew, t4: tooFew, p100: tooFew });
  });

  it('wants one of the models that the pod allows', () => {
    assert.deepEqual(refusals(share(100, { models: ['G2', 'P100'] })), { cpu: tooFew, t4: wrongModel });
    const cluster = testCluster(nodes);
    const selecting = { ...testPod({ requests: { [gpuMilli]: '100' } }) };
    const pod = {
      ...selecting,
      spec: { ...selecting.spec, nodeSelector: { 'alibabacloud.com/gpu-card-model': 'T4' } },
    };
    assert.deepEqual(reasonsOf(createPlugin(gpuSharing, cluster), cycleFor(cluster, pod)), {
      cpu: tooFew,
      p100: wrongModel,
    });
  });

  it('has nothing to say of pods without GPUs', () => assert.deepEqual(refusals(taskOf(0, 0)), {}));

  it('refuses an amount that is neither a share of one GPU nor whole ones', () => {
    const cluster = testCluster([gpuNode('n', 4)]);
    const pod = testPod({ requests: { [gpuMilli]: '1500' } });
    assert.deepEqual(reasonsOf(createPlugin(gpuSharing, cluster), cycleFor(cluster, pod)), {
      n: `unresolvable: pod asks for 1500 ${gpuMilli}; allowed: less than 1000, or a multiple of it`,
    });
  });

  it('lets Reserve fail for a pod that got no GPU', () => {
    const cluster = testCluster([gpuNode('n', 1)], [gpuPod('a', share(600), 'n')]);
    const plugin = createPlugin(gpuSharing, cluster);
    const cycle = cycleFor(cluster, gpuPod('p', share(600)));
    const slot = cluster.slotOf('n') ?? -1;
    cluster.assign(cycle.pod, slot);
    assert.equal(plugin.reserve?.(cycle, slot)?.code, 'unschedulable');
    assert.deepEqual(cluster.part(gpuDevices).gpusOf(cycle.pod), []);
  });

  it('lets Reserve pass for a pod that got one', () => {
    const cluster = testCluster([gpuNode('n', 1)]);
    const plugin = createPlugin(gpuSharing, cluster);
    const cycle = cycleFor(cluster, gpuPod('p', share(600)));
    cluster.assign(cycle.pod, cluster.slotOf('n') ?? -1);
    assert.equal(plugin.reserve?.(cycle, 0), undefined);
  });

  it('works on pods that other schedulers have bound', () => {
    const cluster = testCluster([gpuNode('n', 1)]);
    const plugin = createPlugin(gpuSharing, cluster);
    const other = assignPod(cluster, gpuPod('other', share(600), 'n'));
    const cycle = cycleFor(cluster, gpuPod('p', share(600)));
    assert.deepEqual(reasonsOf(plugin, cycle), { n: noRoom });
    cluster.unassign(other);
    assert.deepEqual(reasonsOf(plugin, cycle), {});
  });
});
