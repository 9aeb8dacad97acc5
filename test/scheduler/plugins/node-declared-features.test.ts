import assert from 'node:assert/strict';
import { podSpec } from '../../../src/api/kinds/pod/spec.ts';
import type { Node, Pod } from '../../../src/api/objects.ts';
import { nodeDeclaredFeatures } from '../../../src/scheduler/plugins/node-declared-features.ts';
import {
  createPlugin,
  cycleFor,
  reasonsOf,
  testCluster,
  testContainer,
  testNode,
  testPod,
} from '../support/cluster.ts';

const enabled = { featureEnabled: () => true };
const node = (name: string, ...declaredFeatures: string[]): Node => testNode({ name, declaredFeatures });
const restart = 'RestartAllContainersOnContainerExits';
const hostUsers = 'UserNamespacesHostNetworkSupport';
const needy = (uid = 'u'): Pod =>
  testPod({
    metadata: { uid },
    spec: {
      hostNetwork: true,
      hostUsers: false,
      containers: [{ ...testContainer(), restartPolicyRules: [{ action: 'RestartAllContainers' }] }],
    },
  });

describe('the plugin NodeDeclaredFeatures', () => {
  it('has nothing to say of pods that need no feature, or when it is switched off', () => {
    const cluster = testCluster([node('a')]);
    const on = createPlugin(nodeDeclaredFeatures, cluster, {}, enabled);
    assert.equal(on.preFilter?.(cycleFor(cluster, testPod())), 'skip');
    const sharing = testPod({ spec: { hostNetwork: true, hostUsers: true } });
    assert.equal(on.preFilter?.(cycleFor(cluster, sharing)), 'skip');
    const off = createPlugin(nodeDeclaredFeatures, cluster);
    assert.equal(off.preFilter?.(cycleFor(cluster, needy())), 'skip');
  });

  it('finds what a pod needs in its manifest', () => {
    const cluster = testCluster([testNode({ name: 'a' })]);
    const plugin = createPlugin(nodeDeclaredFeatures, cluster, {}, enabled);
    const verdict = (spec: object) =>
      plugin.preFilter?.(cycleFor(cluster, testPod({ spec: podSpec.parse({ containers: [{ name: 'c' }], ...spec }) })));
    assert.equal(verdict({}), 'skip');
    assert.equal(verdict({ hostNetwork: true, hostUsers: false }), undefined);
    const restartPolicyRules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [3] } }];
    assert.equal(verdict({ containers: [{ name: 'c', restartPolicyRules }] }), undefined);
    assert.equal(verdict({ initContainers: [{ name: 'i', restartPolicyRules }] }), undefined);
  });

  it('names what a node lacks', () => {
    const cluster = testCluster([testNode({ name: 'a' }), node('b', restart), node('c', hostUsers, restart, 'Other')]);
    const plugin = createPlugin(nodeDeclaredFeatures, cluster, {}, enabled);
    const says = 'unresolvable: node declared features check failed - unsatisfied requirements:';
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, needy())), {
      a: `${says} ${restart}, ${hostUsers}`,
      b: `${says} ${hostUsers}`,
    });
    cluster.setNode(node('b', restart, hostUsers));
    assert.deepEqual(Object.keys(reasonsOf(plugin, cycleFor(cluster, needy()))), ['a']);
  });

  it('wakes pods when a node declares other features, or the pod needs others', () => {
    const cluster = testCluster([]);
    const [onNode, onPod] = createPlugin(nodeDeclaredFeatures, cluster, {}, enabled).events ?? [];
    const info = cluster.info(needy());
    const change = (before: Node | undefined, after: Node) =>
      onNode?.hint?.(info, { resource: 'Node', actions: ['add'], after, ...(before && { before }) });
    assert.equal(change(undefined, node('a')), 'queue');
    assert.equal(change(node('a'), node('a', restart)), 'queue');
    assert.equal(change(node('a', restart), node('a', restart)), 'skip');
    const update = (before: Pod, after: Pod) =>
      onPod?.hint?.(info, { resource: 'UnscheduledPod', actions: ['update'], before, after });
    assert.equal(update(needy(), testPod({ metadata: { uid: 'u' } })), 'queue');
    assert.equal(update(needy(), needy()), 'skip');
    assert.equal(update(needy('v'), testPod({ metadata: { uid: 'v' } })), 'skip');
  });
});
