import assert from 'node:assert/strict';
import { planScheduler } from '../../../src/scheduler/config/read-config.ts';
import type { PluginFactory } from '../../../src/scheduler/framework/plugin-factory.ts';
import { bestFit } from '../../../src/scheduler/plugins/gpu-sharing/best-fit.ts';
import { dotProd } from '../../../src/scheduler/plugins/gpu-sharing/dot-prod.ts';
import { fgd } from '../../../src/scheduler/plugins/gpu-sharing/fgd.ts';
import { gpuClustering } from '../../../src/scheduler/plugins/gpu-sharing/gpu-clustering.ts';
import { gpuPacking } from '../../../src/scheduler/plugins/gpu-sharing/gpu-packing.ts';
import {
  type GpuTask,
  gpuDevices,
  gpuPolicies,
  gpuSharingPlugins,
  policyConfig,
} from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { randomPolicy } from '../../../src/scheduler/plugins/gpu-sharing/random.ts';
import { createRandom } from '../../../src/stats/random.ts';
import { assignPod, createPlugin, cycleFor, scoresOf, testCluster } from '../support/cluster.ts';
import { gpuNode, gpuPod, share, taskOf } from './nodes.ts';

/** Two nodes with two GPUs: on `used`, one of them is half taken. */
function twoNodes() {
  const cluster = testCluster([gpuNode('idle', 2), gpuNode('used', 2)], [gpuPod('a', share(500), 'used')]);
  return { cluster, devices: cluster.part(gpuDevices) };
}

const targetWorkload = [
  { ...share(500), popularity: 0.5 },
  { ...taskOf(1, 1000), popularity: 0.5 },
];

function scores(factory: PluginFactory, task: GpuTask, args: unknown = {}) {
  const { cluster } = twoNodes();
  const found = scoresOf(createPlugin(factory, cluster, args), cycleFor(cluster, gpuPod('p', task)));
  return found === 'skip' ? undefined : found.normalized;
}

describe('the policies as plugins', () => {
  it('score the nodes of a cluster', () => {
    // 64 of 128 CPUs are free and 1 is asked for; 63 of 64 on the node in use.
    // idle: (0.5 × 0.0078 + 0.25 × 0.0625) / 2; used: (0.49 × 0.0078 + 0.1875 × 0.0625) / 2
    assert.deepEqual(scores(dotProd, share(500)), { idle: 99, used: 99 });
    assert.deepEqual(scores(dotProd, taskOf(2, 1000)), { idle: 96, used: 97 });
    assert.deepEqual(scores(bestFit, share(500)), { idle: 0, used: 100 });
    assert.deepEqual(scores(gpuClustering, share(500)), { idle: 25 + 18, used: 75 + 20 });
    assert.deepEqual(scores(gpuPacking, share(500)), { idle: 31, used: 95 });
    // idle: [500, 1000] is worse by 250 than [1000, 1000]; used: [0, 1000] is better by 250 than [500, 1000]
    assert.deepEqual(scores(fgd, share(500), { targetWorkload }), { idle: 43, used: 56 });
  });

  it('have scores that follow the cluster', () => {
    const { cluster } = twoNodes();
    const plugin = createPlugin(fgd, cluster, { targetWorkload });
    const cycle = cycleFor(cluster, gpuPod('p', share(500)));
    const now = () => {
      const found = scoresOf(plugin, cycle);
      return found === 'skip' ? undefined : found.raw;
    };
    assert.deepEqual(now(), { idle: 43, used: 56 });
    const info = assignPod(cluster, gpuPod('b', share(500), 'idle'));
    assert.deepEqual(now(), { idle: 56, used: 56 });
    cluster.unassign(info);
    assert.deepEqual(now(), { idle: 43, used: 56 });
    cluster.setNode(gpuNode('more', 2));
    assert.deepEqual(now(), { idle: 43, used: 56, more: 43 });
  });

  it('give FGD the GPU of the steepest descent in Reserve', () => {
    const { cluster, devices } = twoNodes();
    const target = [{ ...share(500), popularity: 1 }];
    const plugin = createPlugin(fgd, cluster, { targetWorkload: target });
    const cycle = cycleFor(cluster, gpuPod('p', share(400)));
    const slot = cluster.slotOf('used') ?? -1;
    cluster.assign(cycle.pod, slot);
    assert.deepEqual(devices.gpusOf(cycle.pod), [0]);
    assert.equal(plugin.reserve?.(cycle, slot), undefined);
    // On the first GPU 100 would be left that no share of 500 fits into.
    assert.deepEqual(devices.gpusOf(cycle.pod), [1]);
    assert.deepEqual([...devices.free(slot)], [500, 600]);
  });

  it('let Random choose any node, and any GPU with room', () => {
    const chosenNodes = new Set<string>();
    const chosenGpus = new Set<number>();
    for (let seed = 0; seed < 30; seed += 1) {
      const { cluster, devices } = twoNodes();
      const plugin = createPlugin(randomPolicy, cluster, {}, { random: createRandom(seed) });
      const cycle = cycleFor(cluster, gpuPod('p', share(500)));
      const found = scoresOf(plugin, cycle);
      const raw = found === 'skip' ? {} : found.raw;
      assert.equal(Object.values(raw).filter((score) => score === 100).length, 1);
      chosenNodes.add(Object.keys(raw).find((name) => raw[name] === 100) ?? '');
      const slot = cluster.slotOf('used') ?? -1;
      cluster.assign(cycle.pod, slot);
      plugin.reserve?.(cycle, slot);
      for (const gpu of devices.gpusOf(cycle.pod)) chosenGpus.add(gpu);
      assert.equal(
        [...devices.free(slot)].reduce((a, b) => a + b),
        1000,
      );
    }
    assert.deepEqual(chosenNodes, new Set(['idle', 'used']));
    assert.deepEqual(chosenGpus, new Set([0, 1]));
  });

  it('leave whole GPUs and pods without GPUs as they are in Reserve', () => {
    for (const [factory, args] of [
      [randomPolicy, {}],
      [fgd, { targetWorkload }],
    ] as const) {
      for (const task of [taskOf(1, 1000), taskOf(0, 0)]) {
        const { cluster, devices } = twoNodes();
        const plugin = createPlugin(factory, cluster, args);
        const cycle = cycleFor(cluster, gpuPod('p', task));
        const slot = cluster.slotOf('idle') ?? -1;
        cluster.assign(cycle.pod, slot);
        assert.equal(plugin.reserve?.(cycle, slot), undefined);
        assert.deepEqual(devices.gpusOf(cycle.pod), task.gpus === 0 ? [] : [0]);
      }
    }
  });

  it('need a target workload for FGD', () => {
    const { cluster } = twoNodes();
    assert.throws(() => createPlugin(fgd, cluster, {}), /targetWorkload/);
    assert.throws(() => createPlugin(fgd, cluster, { targetWorkload: [] }), /targetWorkload/);
  });
});

describe('the configuration of a policy', () => {
  const stub = (name: string): PluginFactory => ({ name, create: () => ({ name }) });
  const inTree = [
    'SchedulingGates',
    'PrioritySort',
    'NodeUnschedulable',
    'TaintToleration',
    'NodeAffinity',
    'NodeResourcesFit',
    'DefaultPreemption',
    'DefaultBinder',
  ];
  const registry = new Map([...inTree.map(stub), ...gpuSharingPlugins].map((factory) => [factory.name, factory]));

  for (const policy of gpuPolicies) {
    it(`makes a plan for ${policy}, which alone scores`, () => {
      const [profile] = planScheduler(policyConfig(policy, targetWorkload), {}, registry).profiles;
      assert.equal(profile?.percentageOfNodesToScore, 100);
      assert.deepEqual(
        profile?.factories.map(({ factory }) => factory.name).sort(),
        [...inTree, 'GpuSharing', policy].sort(),
      );
      assert.deepEqual(
        profile?.plugins.score.enabled.map(({ name }) => name),
        [policy],
      );
    });
  }
});
