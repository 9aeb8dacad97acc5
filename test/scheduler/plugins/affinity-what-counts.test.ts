/** Cases of pod affinity in which it is easy to go wrong; the plain ones are in inter-pod-affinity.test.ts. */
import assert from 'node:assert/strict';
import type { Affinity, Namespace, Pod, PodAffinityTerm } from '../../../src/api/objects.ts';
import { blockOf } from '../../../src/scheduler/framework/node-block.ts';
import { interPodAffinity } from '../../../src/scheduler/plugins/inter-pod-affinity.ts';
import { podTerm, selecting } from '../reference/words.ts';
import {
  assignPod,
  createPlugin,
  cycleFor,
  reasonsOf,
  scoresOf,
  testCluster,
  testNode,
  testPod,
} from '../support/cluster.ts';
import type { PodWords } from '../support/objects.ts';

const notNear = "unresolvable: node(s) didn't match pod affinity rules";
const tooNear = "unschedulable: node(s) didn't match pod anti-affinity rules";
const keptAway = "unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";

const labels = { app: 'web' };
const nodes = [
  testNode({ name: 'a1', labels: { zone: 'a' } }),
  testNode({ name: 'a2', labels: { zone: 'a' } }),
  testNode({ name: 'b1', labels: { zone: 'b' } }),
  testNode({ name: 'bare' }),
];
const webInZone = podTerm({ topologyKey: 'zone', labelSelector: selecting(labels) });
const near = (...required: PodAffinityTerm[]): Affinity => ({ podAffinity: { required, preferred: [] } });
const far = (...required: PodAffinityTerm[]): Affinity => ({ podAntiAffinity: { required, preferred: [] } });
const asking = (affinity: Affinity, words: PodWords = {}): Pod =>
  testPod({ name: 'new', ...words, spec: { affinity } });
const web = (nodeName: string, words: PodWords = {}): Pod =>
  testPod({ name: `web-${nodeName}`, labels, nodeName, ...words });

function refusals(pod: Pod, pods: readonly Pod[], among = nodes, objects: readonly Namespace[] = []) {
  const cluster = testCluster(among, pods, objects);
  return reasonsOf(createPlugin(interPodAffinity, cluster), cycleFor(cluster, pod));
}

describe('the pods that count for affinity', () => {
  it('include those that are being deleted', () => {
    const leaving = web('a1', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    assert.deepEqual(refusals(asking(far(webInZone)), [leaving]), { a1: tooNear, a2: tooNear });
  });

  it('do not include those whose node is not there, or has no such label', () => {
    assert.deepEqual(refusals(asking(far(webInZone)), [web('gone'), web('bare')]), {});
    const pods = [web('gone'), web('bare')];
    assert.deepEqual(refusals(asking(near(webInZone), { labels }), pods), { bare: notNear });
  });

  it('are there as soon as their node is', () => {
    const cluster = testCluster(nodes, [web('gone')]);
    const plugin = createPlugin(interPodAffinity, cluster);
    const refused = () => reasonsOf(plugin, cycleFor(cluster, asking(far(webInZone))));
    assert.deepEqual(refused(), {});
    cluster.setNode(testNode({ name: 'gone', labels: { zone: 'b' } }));
    assert.deepEqual(refused(), { b1: tooNear, gone: tooNear });
  });

  it('must none of them count for any term of a pod that is to be the first', () => {
    const racks = [
      testNode({ name: 'zone only', labels: { zone: 'a' } }),
      testNode({ name: 'both', labels: { zone: 'b', rack: '1' } }),
    ];
    const pod = asking(near(webInZone, { ...webInZone, topologyKey: 'rack' }), { labels });
    assert.deepEqual(refusals(pod, [], racks), { 'zone only': notNear });
    assert.deepEqual(refusals(pod, [web('zone only')], racks), { 'zone only': notNear, both: notNear });
  });
});

describe('the reasons of InterPodAffinity', () => {
  it('are of affinity first, then of the own anti-affinity, then of that of others', () => {
    const shy = web('a1', { spec: { affinity: far(webInZone) } });
    assert.deepEqual(refusals(asking(far(webInZone), { labels }), [shy]), { a1: tooNear, a2: tooNear });
    const torn: Affinity = { ...near(webInZone), ...far(webInZone) };
    assert.deepEqual(refusals(asking(torn), [shy]), { a1: tooNear, a2: tooNear, b1: notNear, bare: notNear });
  });
});

describe('namespaces that are not known', () => {
  const unlabelled = {
    matchLabels: {},
    matchExpressions: [{ key: 'team', operator: 'DoesNotExist' as const, values: [] }],
  };
  const term = { ...webInZone, namespaceSelector: unlabelled };
  const other: Namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'other', labels: {}, annotations: {} },
  };

  it('are none for the terms of a pod that comes', () => {
    const pods = [web('a1', { namespace: 'other' })];
    assert.deepEqual(refusals(asking(far(term)), pods), {});
    assert.deepEqual(refusals(asking(far(term)), pods, nodes, [other]), { a1: tooNear, a2: tooNear });
  });

  it('have no labels for the terms of a pod that is there', () => {
    const shy = testPod({ name: 'shy', namespace: 'third', nodeName: 'b1', spec: { affinity: far(term) } });
    assert.deepEqual(refusals(testPod({ labels }), [shy]), { b1: keptAway });
  });
});

describe('InterPodAffinity in a cycle', () => {
  it('has nothing to say of a pod that demands nothing and that nobody keeps away', () => {
    // The pod that would keep it away is on a node without the label.
    const cluster = testCluster(nodes, [
      testPod({ name: 'shy', nodeName: 'bare', spec: { affinity: far(webInZone) } }),
    ]);
    const plugin = createPlugin(interPodAffinity, cluster);
    const verdict = (pod: Pod): unknown => plugin.preFilter?.(cycleFor(cluster, pod));
    assert.equal(verdict(testPod({ labels })), 'skip');
    assert.equal(verdict(asking(near(webInZone))), undefined);
    assert.equal(verdict(asking(far(webInZone))), undefined);
    assignPod(cluster, testPod({ name: 'shy too', nodeName: 'a1', spec: { affinity: far(webInZone) } }));
    assert.equal(verdict(testPod({ labels })), undefined);
    assert.equal(verdict(testPod({ labels: { app: 'db' } })), 'skip');
  });

  it('sees pods that are taken away or added to see what would be', () => {
    const cluster = testCluster(nodes);
    const there = assignPod(cluster, web('a1'));
    const plugin = createPlugin(interPodAffinity, cluster);
    const cycle = cycleFor(cluster, asking(far(webInZone), { labels }));
    assert.equal(plugin.preFilter?.(cycle), undefined);
    const slot = cluster.slotOf('a2') as number;
    const passes = (): boolean => {
      const block = blockOf([slot]);
      plugin.filter?.(cycle, block);
      return block.count === 1;
    };
    assert.ok(!passes());
    cluster.unassign(there);
    assert.ok(passes());
    // The first pod of all with a term that matches.
    const guest = cluster.info(testPod({ name: 'guest', spec: { affinity: far(webInZone) } }));
    cluster.assign(guest, slot);
    assert.ok(!passes());
    cluster.unassign(guest);
    assert.ok(passes());
    cluster.assignByName(there, 'a1');
    assert.ok(!passes());
  });

  it('scores by preferences that cancel each other out, but not without any that are met', () => {
    const preferred = [{ weight: 10, podAffinityTerm: webInZone }];
    const torn = asking({ podAffinity: { required: [], preferred }, podAntiAffinity: { required: [], preferred } });
    const scores = (pods: readonly Pod[]) => {
      const cluster = testCluster(nodes, pods);
      return scoresOf(createPlugin(interPodAffinity, cluster), cycleFor(cluster, torn));
    };
    const found = scores([web('a1')]);
    assert.deepEqual(found === 'skip' || found.raw, { a1: 0, a2: 0, b1: 0, bare: 0 });
    assert.equal(scores([]), 'skip');
    assert.equal(scores([web('bare')]), 'skip');
  });

  it('counts what others prefer with its sign', () => {
    const preferred = [{ weight: 20, podAffinityTerm: webInZone }];
    const fond = testPod({
      name: 'fond',
      nodeName: 'b1',
      spec: { affinity: { podAffinity: { required: [], preferred } } },
    });
    const shy = testPod({
      name: 'shy',
      nodeName: 'a1',
      spec: { affinity: { podAntiAffinity: { required: [], preferred } } },
    });
    const cluster = testCluster(nodes, [fond, shy]);
    const plugin = createPlugin(interPodAffinity, cluster);
    assert.deepEqual(scoresOf(plugin, cycleFor(cluster, testPod({ labels }))), {
      raw: { a1: -20, a2: -20, b1: 20, bare: 0 },
      normalized: { a1: 0, a2: 0, b1: 100, bare: 50 },
    });
    assert.equal(scoresOf(plugin, cycleFor(cluster, testPod({ labels: { app: 'db' } }))), 'skip');
  });
});
