import assert from 'node:assert/strict';
import { defaultBinder } from '../../../src/scheduler/plugins/default-binder.ts';
import { nodeName } from '../../../src/scheduler/plugins/node-name.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode, testPod } from '../support/cluster.ts';

const nodes = [testNode({ name: 'a' }), testNode({ name: 'b' })];

describe('the plugin NodeName', () => {
  it('lets a pod without a node go anywhere', () => {
    const cluster = testCluster(nodes);
    assert.deepEqual(reasonsOf(createPlugin(nodeName, cluster), cycleFor(cluster, testPod())), {});
  });

  it('keeps a pod to the node that it names', () => {
    const cluster = testCluster(nodes);
    const reasons = reasonsOf(createPlugin(nodeName, cluster), cycleFor(cluster, testPod({ nodeName: 'b' })));
    assert.deepEqual(reasons, { a: "unresolvable: node(s) didn't match the requested node name" });
  });

  it('refuses all nodes for a name that no node has', () => {
    const cluster = testCluster(nodes);
    const reasons = reasonsOf(createPlugin(nodeName, cluster), cycleFor(cluster, testPod({ nodeName: 'c' })));
    assert.deepEqual(Object.keys(reasons), ['a', 'b']);
  });
});

describe('the plugin DefaultBinder', () => {
  it('binds the pod through the API server and gives back what it says', () => {
    const cluster = testCluster(nodes);
    const bound: string[] = [];
    const status = { code: 'error', plugin: 'api', reasons: ['conflict'] } as const;
    const client = {
      bind: (pod: { metadata: { name: string } }, node: string) => {
        bound.push(`${pod.metadata.name} to ${node}`);
        return node === 'b' ? status : undefined;
      },
      evict: () => undefined,
      nominate: () => undefined,
    };
    const plugin = createPlugin(defaultBinder, cluster, {}, { client });
    const cycle = cycleFor(cluster, testPod({ name: 'web' }));
    assert.equal(plugin.bind?.(cycle, cluster.slotOf('a') ?? -1), undefined);
    assert.equal(plugin.bind?.(cycle, cluster.slotOf('b') ?? -1), status);
    assert.deepEqual(bound, ['web to a', 'web to b']);
  });
});
