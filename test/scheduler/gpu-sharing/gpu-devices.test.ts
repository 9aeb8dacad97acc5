import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import { type GpuTask, gpuDevices } from '../../../src/scheduler/plugins/gpu-sharing/index.ts';
import { assignPod, testCluster } from '../support/cluster.ts';
import { arbitraryTask, gpuNode, gpuPod, share, taskOf } from './nodes.ts';

function deviceCluster(gpus = 4) {
  const cluster = testCluster([gpuNode('n', gpus)]);
  const devices = cluster.part(gpuDevices);
  const slot = cluster.slotOf('n') ?? -1;
  let serial = 0;
  return {
    cluster,
    devices,
    slot,
    free: () => [...devices.free(slot)],
    put: (task: GpuTask, annotations = {}): PodInfo =>
      assignPod(cluster, gpuPod(`p${serial++}`, task, 'n', annotations)),
  };
}

describe('the GPUs of a node', () => {
  it('are given to shares by best fit, and to whole ones as they come', () => {
    const { devices, put, free } = deviceCluster();
    const first = put(share(600));
    const second = put(taskOf(2, 1000));
    const third = put(share(300));
    const fourth = put(share(200));
    assert.deepEqual(
      [first, second, third, fourth].map((info) => devices.gpusOf(info)),
      [[0], [1, 2], [0], [3]],
    );
    assert.deepEqual(free(), [100, 0, 0, 800]);
  });

  it('are free again once a pod has gone', () => {
    const { cluster, devices, put, free } = deviceCluster(2);
    const pods = [put(share(600)), put(taskOf(1, 1000))];
    for (const info of pods) cluster.unassign(info);
    assert.deepEqual(free(), [1000, 1000]);
    assert.deepEqual(devices.gpusOf(pods[0] as PodInfo), []);
  });

  it('are as before after a what-if that takes pods away and puts them back in another order', () => {
    const { cluster, devices, slot, put, free } = deviceCluster(2);
    const a = put(share(700));
    const b = put(share(600));
    const c = put(share(300));
    devices.move(c, [1]);
    const before = free();
    for (const info of [a, b, c]) cluster.unassign(info);
    for (const info of [c, b, a]) cluster.assign(info, slot);
    assert.deepEqual(free(), before);
    assert.deepEqual(
      [a, b, c].map((info) => devices.gpusOf(info)),
      [[0], [1], [1]],
    );
  });

  it('stay those of a pod that is updated, although it is another object then', () => {
    const { cluster, devices, put } = deviceCluster(2);
    const info = put(share(500));
    devices.move(info, [1]);
    cluster.unassign(info);
    const pod = { ...info.pod, metadata: { ...info.pod.metadata, labels: { changed: 'yes' } } };
    assert.deepEqual(devices.gpusOf(assignPod(cluster, pod)), [1]);
  });

  it('are those that the annotation of a running pod names, if they have room', () => {
    const { devices, put } = deviceCluster();
    const index = (value: string) => ({ 'alibabacloud.com/gpu-index': value });
    assert.deepEqual(devices.gpusOf(put(taskOf(2, 1000), index('1-3'))), [1, 3]);
    assert.deepEqual(devices.gpusOf(put(share(500), index('1'))), [0]);
    assert.deepEqual(devices.gpusOf(put(share(100), index('nonsense'))), [0]);
    assert.deepEqual(devices.gpusOf(put(taskOf(1, 1000), index('2-2'))), [2]);
  });

  it('are none for a pod that others have bound where nothing is left', () => {
    const { cluster, devices, put, free } = deviceCluster(1);
    put(share(600));
    const late = put(share(600));
    assert.deepEqual(devices.gpusOf(late), []);
    cluster.unassign(late);
    assert.deepEqual(free(), [400]);
  });

  it('are none for such a pod also after a what-if, and until the node changes', () => {
    const { cluster, devices, slot, put } = deviceCluster(1);
    const first = put(share(600));
    const late = put(share(600));
    cluster.unassign(first);
    cluster.unassign(late);
    cluster.assign(late, slot);
    assert.deepEqual(devices.gpusOf(late), []);
    cluster.setNode(gpuNode('n', 1));
    assert.deepEqual(devices.gpusOf(late), [0]);
  });

  it('are found for pods that were heard of before their node, and when the plugin came after both', () => {
    const late = testCluster([], [gpuPod('p', share(600), 'n')]);
    const devices = late.part(gpuDevices);
    late.setNode(gpuNode('n', 2));
    assert.deepEqual([...devices.free(late.slotOf('n') ?? -1)], [400, 1000]);
    const early = testCluster([gpuNode('n', 2)], [gpuPod('p', share(600), 'n')]);
    assert.deepEqual([...early.part(gpuDevices).free(early.slotOf('n') ?? -1)], [400, 1000]);
  });

  it('stay with their pods when the node changes, or goes and comes back', () => {
    const { cluster, devices, slot, put, free } = deviceCluster(3);
    const info = put(share(500));
    devices.move(info, [2]);
    cluster.setNode(gpuNode('n', 4));
    assert.deepEqual(free(), [1000, 1000, 500, 1000]);
    cluster.removeNode('n');
    assert.deepEqual([...devices.free(slot)], []);
    cluster.setNode(gpuNode('n', 3, { model: 'P100' }));
    assert.deepEqual(free(), [1000, 1000, 500]);
    assert.equal(devices.model(slot), 'P100');
  });

  it('are counted by the kind of the pods', () => {
    const { cluster, devices, slot, put } = deviceCluster(4);
    const pods = [put(share(500)), put(share(100)), put(taskOf(2, 1000)), put(taskOf(0, 0))];
    assert.deepEqual(
      new Map(devices.kinds(slot)),
      new Map([
        [0, 2],
        [2, 1],
      ]),
    );
    for (const info of pods.slice(0, 3)) cluster.unassign(info);
    assert.equal(devices.kinds(slot).size, 0);
  });

  it('make the same state in whatever order they are filled', () => {
    const cluster = testCluster([gpuNode('a', 2), gpuNode('b', 2), gpuNode('c', 2)]);
    const devices = cluster.part(gpuDevices);
    const id = (name: string) => devices.stateId(cluster.slotOf(name) ?? -1);
    assert.equal(id('a'), id('b'));
    const onA = assignPod(cluster, gpuPod('p', share(500), 'a'));
    const onB = assignPod(cluster, gpuPod('q', share(500), 'b'));
    devices.move(onB, [1]);
    assert.equal(id('a'), id('b'));
    assert.notEqual(id('a'), id('c'));
    cluster.unassign(onA);
    assert.equal(id('a'), id('c'));
  });

  it('are never given out twice, and none is lost, whatever happens', () => {
    const happenings = fc.array(
      fc.oneof(
        arbitraryTask.map((task) => ({ kind: 'put' as const, task })),
        fc.nat(30).map((place) => ({ kind: 'take' as const, place })),
        fc.nat(30).map((place) => ({ kind: 'what-if' as const, place })),
        fc.constant({ kind: 'update-node' as const }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(happenings, (events) => {
        const { cluster, devices, slot, put, free } = deviceCluster(4);
        const pods: PodInfo[] = [];
        for (const event of events) {
          const place = 'place' in event ? event.place % Math.max(1, pods.length) : 0;
          const info = pods[place];
          if (event.kind === 'put') pods.push(put({ ...event.task, models: [] }));
          else if (event.kind === 'update-node') cluster.setNode(gpuNode('n', 4, { model: 'P100' }));
          else if (info !== undefined) {
            const before = free();
            cluster.unassign(info);
            if (event.kind === 'take') pods.splice(place, 1);
            else {
              cluster.assign(info, slot);
              assert.deepEqual(free(), before);
            }
          }
          const taken = [0, 0, 0, 0];
          for (const held of pods) {
            for (const gpu of devices.gpusOf(held)) taken[gpu] = (taken[gpu] as number) + devices.taskOf(held).gpuMilli;
          }
          assert.deepEqual(
            free(),
            taken.map((milli) => 1000 - milli),
          );
          assert.ok(free().every((milli) => milli >= 0));
        }
      }),
    );
  });
});
