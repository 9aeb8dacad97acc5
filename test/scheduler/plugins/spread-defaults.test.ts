import assert from 'node:assert/strict';
import type {
  LabelSelector,
  Labels,
  Pod,
  ReplicaSet,
  ReplicationController,
  SelectingService,
  StatefulSet,
} from '../../../src/api/objects.ts';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread.ts';
import { selecting } from '../reference/words.ts';
import { createPlugin, cycleFor, reasonsOf, scoresOf, testCluster, testNode, testPod } from '../support/cluster.ts';
import type { PodWords } from '../support/objects.ts';

type Owner = SelectingService | ReplicationController | ReplicaSet | StatefulSet;

const uneven = "unschedulable: node(s) didn't match pod topology spread constraints";
const metadata = { name: 'web', namespace: 'default', labels: {}, annotations: {} };
const service = (selector: Labels, name = 'web'): SelectingService => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...metadata, name },
  spec: { selector },
});
const controller = (selector: Labels): ReplicationController => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata,
  spec: { selector },
});
const replicaSet = (selector: LabelSelector): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata,
  spec: { selector },
});
const statefulSet = (selector: LabelSelector): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata,
  spec: { selector },
});

const nodes = ['a', 'b'].map((name) => testNode({ name, labels: { zone: name } }));
const ownedBy = ({ apiVersion, kind }: Owner): PodWords['metadata'] => ({
  ownerReferences: [{ apiVersion, kind, name: 'web', controller: true }],
});
const hardInZones = {
  defaultingType: 'List',
  defaultConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
};

/** Nodes that refuse the pod, where one of these labels runs on node a. */
function refusedBy(objects: readonly Owner[], running: Labels, pod: PodWords): string[] {
  const cluster = testCluster(nodes, [testPod({ name: 'there', labels: running, nodeName: 'a' })], objects);
  const reasons = reasonsOf(createPlugin(podTopologySpread, cluster, hardInZones), cycleFor(cluster, testPod(pod)));
  for (const reason of Object.values(reasons)) assert.equal(reason, uneven);
  return Object.keys(reasons);
}

describe('default constraints', () => {
  const app = { app: 'web' };

  it('spread what Services select, taken together', () => {
    const both = [service(app), service({ tier: 'x' }, 'tier')];
    const labels = { app: 'web', tier: 'x' };
    assert.deepEqual(refusedBy(both, labels, { labels }), ['a']);
    assert.deepEqual(refusedBy(both, app, { labels }), [], 'not selected by both');
    assert.deepEqual(refusedBy(both, app, { labels: app }), ['a']);
    assert.deepEqual(refusedBy([service({})], app, { labels: app }), [], 'a Service that selects all tells nothing');
    const elsewhere = { ...service(app), metadata: { ...metadata, namespace: 'other' } };
    assert.deepEqual(refusedBy([elsewhere], app, { labels: app }), []);
  });

  it('spread what the owner selects', () => {
    const set = replicaSet({
      matchLabels: {},
      matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'www'] }],
    });
    for (const owner of [controller(app), set, statefulSet(selecting(app))]) {
      const pod = { metadata: { labels: app, ...ownedBy(owner) } };
      assert.deepEqual(refusedBy([owner], app, pod), ['a'], owner.kind);
      assert.deepEqual(refusedBy([owner], { app: 'db' }, pod), [], owner.kind);
    }
  });

  it('spread what both Service and owner select', () => {
    const owner = replicaSet(selecting({ version: '1' }));
    const pod = { metadata: { labels: { app: 'web', version: '1' }, ...ownedBy(owner) } };
    assert.deepEqual(refusedBy([service(app), owner], { app: 'web', version: '1' }, pod), ['a']);
    assert.deepEqual(refusedBy([service(app), owner], { app: 'web', version: '2' }, pod), []);
  });

  it('follow the objects that they come from', () => {
    const cluster = testCluster(nodes, [testPod({ name: 'there', labels: app, nodeName: 'a' })]);
    const plugin = createPlugin(podTopologySpread, cluster, hardInZones);
    const pod = testPod({ labels: { app: 'web', tier: 'x' } });
    const refused = (): string[] => Object.keys(reasonsOf(plugin, cycleFor(cluster, pod)));
    assert.deepEqual(refused(), []);
    cluster.objects.set('Service', service(app));
    assert.deepEqual(refused(), ['a']);
    cluster.objects.set('Service', service({ tier: 'x' }));
    assert.deepEqual(refused(), []);
    cluster.objects.set('Service', service({ app: 'db' }));
    assert.deepEqual(refused(), []);
    cluster.objects.set('Service', service(app));
    cluster.objects.set('Service', service(app, 'again'));
    cluster.objects.delete('Service', service(app));
    assert.deepEqual(refused(), ['a']);
    cluster.objects.delete('Service', service(app, 'again'));
    assert.deepEqual(refused(), []);
  });

  it('do not hold for pods that have constraints of their own', () => {
    const own = {
      maxSkew: 9,
      topologyKey: 'zone',
      whenUnsatisfiable: 'ScheduleAnyway' as const,
      minDomains: 1,
      nodeAffinityPolicy: 'Honor' as const,
      nodeTaintsPolicy: 'Ignore' as const,
      matchLabelKeys: [],
    };
    assert.deepEqual(refusedBy([service(app)], app, { labels: app, spec: { topologySpreadConstraints: [own] } }), []);
  });
});

describe("kube-scheduler's own default constraints", () => {
  const app = { app: 'web' };
  const hostname = 'kubernetes.io/hostname';
  const zone = 'topology.kubernetes.io/zone';

  function scores(labelsOf: Readonly<Record<string, Labels>>, pods: readonly Pod[], args: unknown = {}) {
    const all = Object.entries(labelsOf).map(([name, labels]) => testNode({ name, labels }));
    const cluster = testCluster(all, pods, [service(app)]);
    const found = scoresOf(createPlugin(podTopologySpread, cluster, args), cycleFor(cluster, testPod({ labels: app })));
    return found === 'skip' ? found : found.raw;
  }
  const on = (nodeName: string, name = nodeName): Pod => testPod({ name, labels: app, nodeName });

  it('spread over hosts where nodes have no zones', () => {
    const hosts = { a: { [hostname]: 'a' }, b: { [hostname]: 'b' } };
    // A pod weighs ln(2 + 2), and maxSkew is 3.
    assert.deepEqual(scores(hosts, [on('a')]), { a: Math.round(Math.log(4) + 2), b: 2 });
  });

  it('spread over zones as well, with a maxSkew of 5', () => {
    const labelsOf = {
      a: { [hostname]: 'a', [zone]: 'x' },
      b: { [hostname]: 'b', [zone]: 'y' },
      c: { [hostname]: 'c' },
    };
    // Nodes without a zone make one more: ln(3 + 2) for the zone, ln(3 + 2) for the host.
    const expected = { a: Math.round(2 + Math.log(5) + (4 + Math.log(5))), b: 6, c: 2 };
    assert.deepEqual(scores(labelsOf, [on('a')]), expected);
  });

  it('take nodes without a zone for nodes with an empty one when they count, as kube-scheduler does', () => {
    const labelsOf = { a: { [hostname]: 'a', [zone]: '' }, b: { [hostname]: 'b' } };
    // One zone, with the pods of both nodes; but only the node that has the label is scored by it.
    const pods = [on('b', '1'), on('b', '2'), on('b', '3')];
    const weight = Math.log(1 + 2);
    assert.deepEqual(scores(labelsOf, pods), {
      a: Math.round(2 + (3 * weight + 4)),
      b: Math.round(3 * Math.log(4) + 2),
    });
  });

  it('written out as a list, leave out nodes without a zone', () => {
    const labelsOf = { a: { [hostname]: 'a', [zone]: 'x' }, c: { [hostname]: 'c' } };
    const list = [
      { maxSkew: 3, topologyKey: hostname, whenUnsatisfiable: 'ScheduleAnyway' },
      { maxSkew: 5, topologyKey: zone, whenUnsatisfiable: 'ScheduleAnyway' },
    ];
    const args = { defaultingType: 'List', defaultConstraints: list };
    assert.deepEqual(scores(labelsOf, [], args), { a: 6, c: 0 });
  });
});
