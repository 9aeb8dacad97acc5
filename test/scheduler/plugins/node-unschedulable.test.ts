import assert from 'node:assert/strict';
import type { Node } from '../../../src/api/objects.ts';
import { nodeUnschedulable } from '../../../src/scheduler/plugins/node-unschedulable.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode, testPod } from '../support/cluster.ts';

const refused = 'unresolvable: node(s) were unschedulable';
const open = (name: string): Node => testNode({ name });
const cordoned = (name: string): Node => testNode({ name, unschedulable: true });
const toleration = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists' } as const;

describe('the plugin NodeUnschedulable', () => {
  it('keeps pods off cordoned nodes', () => {
    const cluster = testCluster([open('a'), cordoned('b')]);
    const plugin = createPlugin(nodeUnschedulable, cluster);
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, testPod())), { b: refused });
  });

  it('lets pods through that tolerate the taint of cordoned nodes', () => {
    const cluster = testCluster([cordoned('a')]);
    const plugin = createPlugin(nodeUnschedulable, cluster);
    const reasons = (effect: 'NoSchedule' | 'NoExecute' | ''): Record<string, string> =>
      reasonsOf(plugin, cycleFor(cluster, testPod({ tolerations: [{ ...toleration, effect }] })));
    assert.deepEqual(reasons(''), {});
    assert.deepEqual(reasons('NoSchedule'), {});
    assert.deepEqual(reasons('NoExecute'), { a: refused });
  });

  it('follows nodes that are cordoned, opened, removed and added', () => {
    const cluster = testCluster([open('a'), open('b')]);
    const plugin = createPlugin(nodeUnschedulable, cluster);
    const reasons = (): Record<string, string> => reasonsOf(plugin, cycleFor(cluster, testPod()));
    cluster.setNode(cordoned('b'));
    assert.deepEqual(reasons(), { b: refused });
    cluster.removeNode('b');
    cluster.setNode(open('c'));
    assert.deepEqual(reasons(), {});
    for (let i = 0; i < 100; i += 1) cluster.setNode(cordoned(`n${i}`));
    assert.equal(Object.keys(reasons()).length, 100);
    for (let i = 0; i < 100; i += 1) cluster.setNode(open(`n${i}`));
    assert.deepEqual(reasons(), {});
  });

  it('wakes pods when a node opens or they begin to tolerate it', () => {
    const cluster = testCluster([]);
    const [onNode, onPod] = createPlugin(nodeUnschedulable, cluster).events ?? [];
    const pod = testPod({ metadata: { uid: 'u' } });
    const info = cluster.info(pod);
    const node = (before: Node | undefined, after: Node) =>
      onNode?.hint?.(info, { resource: 'Node', actions: ['add'], after, ...(before && { before }) });
    assert.equal(node(undefined, open('a')), 'queue');
    assert.equal(node(cordoned('a'), open('a')), 'queue');
    assert.equal(node(open('a'), open('a')), 'skip');
    assert.equal(node(undefined, cordoned('a')), 'skip');
    assert.equal(node(open('a'), cordoned('a')), 'skip');
    const update = (after: typeof pod) =>
      onPod?.hint?.(info, { resource: 'UnscheduledPod', actions: ['update-tolerations'], before: pod, after });
    assert.equal(update(testPod({ metadata: { uid: 'u' }, tolerations: [toleration] })), 'queue');
    assert.equal(update(testPod({ metadata: { uid: 'u' }, tolerations: [{ key: 'other' }] })), 'skip');
    assert.equal(update(testPod({ metadata: { uid: 'v' }, tolerations: [toleration] })), 'skip');
  });
});
