import assert from 'node:assert/strict';
import type { PodInfo } from '../../../src/scheduler/cluster/pod-info.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import { RefusedShapes } from '../../../src/scheduler/framework/refused-shapes.ts';
import { assignPod, testCluster } from '../support/cluster.ts';
import { testNode, testPod } from '../support/objects.ts';

const [small, large] = [1, 2];

describe('what filters said of a pod that fits nowhere', () => {
  const names = ['a', 'b', 'c'];
  const filters: readonly Plugin[] = [{ name: 'Fit' }];
  const make = () => {
    const cluster = testCluster(names.map((name) => testNode({ name })));
    const pod = cluster.info(testPod({ requests: { cpu: '9' } }));
    const refused = new RefusedShapes(cluster);
    const asked: string[] = [];
    const verdicts = new Int32Array(cluster.capacity).fill(small);
    const keep = (info: PodInfo = pod): void => refused.keep(info.shape, filters, verdicts);
    const recall = (answer = large, now = filters) =>
      refused.recall(pod.shape, now, (slot) => {
        asked.push(cluster.nodeName(slot));
        return answer;
      });
    const counts = (answer?: number) => recall(answer)?.counts.filter((count) => count > 0);
    return { cluster, pod, asked, keep, recall, counts };
  };

  it('is kept from the second time on, and asks nothing again while nothing changes', () => {
    const { asked, keep, counts } = make();
    keep();
    assert.equal(counts(), undefined);
    keep();
    assert.deepEqual([counts(), counts(), asked], [[3], [3], []]);
  });

  it('asks again for the nodes that have changed, each once', () => {
    const { cluster, asked, keep, recall } = make();
    keep();
    keep();
    cluster.setNode(testNode({ name: 'b', labels: { disk: 'ssd' } }));
    const other = assignPod(cluster, testPod({ name: 'other', nodeName: 'c' }));
    cluster.unassign(other);
    const refusals = recall();
    assert.deepEqual(asked.sort(), ['b', 'c']);
    assert.deepEqual(refusals?.counts, Object.assign([], { [small]: 1, [large]: 2 }));
    assert.deepEqual(
      names.map((name) => refusals?.verdicts[cluster.slotOf(name) ?? -1]),
      [small, large, large],
    );
  });

  it('is not that of what a what-if has put back', () => {
    const { cluster, asked, keep, counts } = make();
    keep();
    keep();
    const slot = cluster.slotOf('a') ?? -1;
    const version = cluster.versions[slot] ?? 0;
    const other = assignPod(cluster, testPod({ name: 'other', nodeName: 'a' }));
    cluster.unassign(other);
    cluster.versions[slot] = version;
    assert.deepEqual([counts(), asked], [[3], []]);
  });

  it('is forgotten when a node would do, when nodes come or go, and when other filters run', () => {
    const ends: ((test: ReturnType<typeof make>) => unknown)[] = [
      ({ cluster, recall }) => {
        cluster.touch('a');
        return recall(0);
      },
      ({ cluster, recall }) => {
        cluster.setNode(testNode({ name: 'd' }));
        return recall();
      },
      ({ cluster, recall }) => {
        cluster.removeNode('a');
        return recall();
      },
      ({ recall }) => recall(large, [...filters, { name: 'Other' }]),
      ({ recall }) => recall(large, [{ name: 'Other' }]),
    ];
    for (const [place, end] of ends.entries()) {
      const test = make();
      test.keep();
      test.keep();
      assert.equal(end(test), undefined, String(place));
      assert.equal(test.counts(), undefined, String(place));
    }
  });

  it('is forgotten when a filter throws', () => {
    const { cluster, pod } = make();
    const refused = new RefusedShapes(cluster);
    for (let time = 0; time < 2; time += 1) refused.keep(pod.shape, filters, new Int32Array(cluster.capacity));
    cluster.touch('a');
    const fault = new Error('boom');
    const broken = (): number => {
      throw fault;
    };
    assert.throws(() => refused.recall(pod.shape, filters, broken), fault);
    assert.equal(refused.recall(pod.shape, filters, broken), undefined);
  });

  it('is forgotten when more has changed than is remembered', () => {
    const { cluster, keep, counts } = make();
    keep();
    keep();
    for (let change = 0; change < 4096; change += 1) cluster.touch('a');
    assert.deepEqual(counts(), [2, 1]);
    for (let change = 0; change < 4097; change += 1) cluster.touch('a');
    assert.equal(counts(), undefined);
  });

  it('is kept for 32 shapes', () => {
    const { cluster, keep, counts } = make();
    const others = Array.from({ length: 32 }, (_, i) => cluster.info(testPod({ requests: { cpu: `${i}m` } })));
    keep();
    keep();
    for (const other of others.slice(1)) for (let time = 0; time < 2; time += 1) keep(other);
    assert.deepEqual(counts(), [3]);
    for (const other of others) for (let time = 0; time < 2; time += 1) keep(other);
    assert.equal(counts(), undefined);
  });
});
