import assert from 'node:assert/strict';
import { definePlugin } from '../../../src/scheduler/framework/define-plugin.ts';
import { cycleFor, reasonsOf, scoresOf, testCluster, testNode, testPod } from '../support/cluster.ts';

const nodes = [
  testNode({ name: 'a', cpu: '4', labels: { disk: 'ssd' }, resources: { 'example.com/gpu': '2' } }),
  testNode({ name: 'b', cpu: '2' }),
];
const running = testPod({ name: 'p', nodeName: 'a', requests: { cpu: '1500m', 'example.com/gpu': '1' } });

describe('a plugin that looks at one node at a time', () => {
  it('removes the nodes for which it gives a reason, in its own name', () => {
    const plugin = definePlugin({
      name: 'NeedsSsd',
      filterNode: (_cycle, { node, name }) => (node.metadata.labels.disk === 'ssd' ? undefined : `${name} has no ssd`),
    });
    const cluster = testCluster(nodes);
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, testPod())), { b: 'unschedulable: b has no ssd' });
  });

  it('sees what a node has, what is asked of it, and its pods', () => {
    const cluster = testCluster(nodes, [running]);
    const seen: unknown[] = [];
    const plugin = definePlugin({
      name: 'Curious',
      scoreNode: (_cycle, node) => {
        const amounts = ['cpu', 'example.com/gpu', 'nowhere'].map((resource) => [
          node.allocatable(resource),
          node.requested(resource),
        ]);
        seen.push([node.name, node.pods.map(({ key }) => key), amounts]);
        return node.pods.length;
      },
    });
    assert.deepEqual(scoresOf(plugin, cycleFor(cluster, testPod())), {
      raw: { a: 1, b: 0 },
      normalized: { a: 1, b: 0 },
    });
    assert.deepEqual(seen, [
      [
        'a',
        ['default/p'],
        [
          [4000, 1500],
          [2, 1],
          [0, 0],
        ],
      ],
      [
        'b',
        [],
        [
          [2000, 0],
          [0, 0],
          [0, 0],
        ],
      ],
    ]);
  });

  it('keeps everything else that a plugin has, and gets no method that it did not write', () => {
    const reserve = () => undefined;
    const plugin = definePlugin({ name: 'Plain', reserve });
    assert.equal(plugin.reserve, reserve);
    assert.equal(plugin.filter, undefined);
    assert.equal(plugin.score, undefined);
  });
});
