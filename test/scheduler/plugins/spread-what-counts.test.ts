/** Cases of spreading in which it is easy to go wrong; the plain ones are in pod-topology-spread.test.ts. */
import assert from 'node:assert/strict';
import type { Node, Pod, TopologySpreadConstraint } from '../../../src/api/objects.ts';
import { blockOf } from '../../../src/scheduler/framework/node-block.ts';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread.ts';
import { selecting, spreadConstraint } from '../reference/words.ts';
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

const uneven = "unschedulable: node(s) didn't match pod topology spread constraints";
const labels = { app: 'web' };
const hostname = 'kubernetes.io/hostname';

const inZone = (zone: string, words: Parameters<typeof testNode>[0] = {}): Node =>
  testNode({ name: zone, ...words, labels: { zone, ...words.labels } });
const podsOn = (nodeName: string, count: number, words: PodWords = {}): Pod[] =>
  Array.from({ length: count }, (_, place) => testPod({ name: `${nodeName}${place}`, labels, nodeName, ...words }));
const spreading = (words: Partial<TopologySpreadConstraint> = {}, pod: PodWords = {}): Pod => {
  const constraint = spreadConstraint({ labelSelector: selecting(labels), ...words });
  return testPod({ name: 'new', labels, ...pod, spec: { topologySpreadConstraints: [constraint], ...pod.spec } });
};

function refusals(nodes: readonly Node[], pods: readonly Pod[], pod: Pod, gates: readonly string[] = []) {
  const cluster = testCluster(nodes, pods);
  const plugin = createPlugin(podTopologySpread, cluster, {}, { featureEnabled: (gate) => gates.includes(gate) });
  return reasonsOf(plugin, cycleFor(cluster, pod));
}

function rawScores(nodes: readonly Node[], pods: readonly Pod[], pod: Pod): Record<string, number> | 'skip' {
  const cluster = testCluster(nodes, pods);
  const found = scoresOf(createPlugin(podTopologySpread, cluster), cycleFor(cluster, pod));
  return found === 'skip' ? found : found.raw;
}

describe('the pods that count for spreading', () => {
  const nodes = [inZone('a'), inZone('b')];

  it('are those of the namespace that are not being deleted', () => {
    const leaving = podsOn('a', 2, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const foreign = podsOn('a', 2, { namespace: 'other' });
    assert.deepEqual(refusals(nodes, [...leaving, ...foreign], spreading()), {});
    assert.deepEqual(refusals(nodes, podsOn('a', 1), spreading()), { a: uneven });
  });

  it('have the values that the pod has of matchLabelKeys', () => {
    const [one, two] = [
      { ...labels, version: '1' },
      { ...labels, version: '2' },
    ];
    const pods = podsOn('a', 1, { labels: one });
    const gate = ['MatchLabelKeysInPodTopologySpread'];
    const by = (words: PodWords): Pod => spreading({ matchLabelKeys: ['version', 'unknown'] }, words);
    assert.deepEqual(refusals(nodes, pods, by({ labels: two }), gate), {});
    assert.deepEqual(refusals(nodes, pods, by({ labels: one }), gate), { a: uneven });
    assert.deepEqual(refusals(nodes, pods, by({ labels: two })), { a: uneven }, 'without the feature');
  });
});

describe('the nodes that count for spreading', () => {
  it('have the keys of all constraints', () => {
    const nodes = [inZone('a', { labels: { rack: '1' } }), inZone('b', { labels: { rack: '1' } }), inZone('c')];
    const rack = spreadConstraint({ topologyKey: 'rack', maxSkew: 9, labelSelector: selecting(labels) });
    const zone = spreadConstraint({ maxSkew: 1, labelSelector: selecting(labels) });
    const pod = spreading({}, { spec: { topologySpreadConstraints: [zone, rack] } });
    // Zone c, empty and without racks, is no zone to spread over.
    const pods = [...podsOn('a', 1), ...podsOn('b', 1)];
    const missing = "unresolvable: node(s) didn't match pod topology spread constraints (missing required label)";
    assert.deepEqual(refusals(nodes, pods, pod), { c: missing });
  });

  it('are those that the pod could be on by its node affinity, unless that is ignored', () => {
    const nodes = [inZone('a', { labels: { disk: 'ssd' } }), inZone('b')];
    const on = (nodeAffinityPolicy: 'Honor' | 'Ignore') =>
      refusals(nodes, podsOn('a', 1), spreading({ nodeAffinityPolicy }, { nodeSelector: { disk: 'ssd' } }));
    assert.deepEqual(on('Honor'), {});
    assert.deepEqual(on('Ignore'), { a: uneven });
  });

  it('may have taints, unless these are honored', () => {
    const nodes = [inZone('a'), inZone('b', { taints: ['gpu=1:NoSchedule', 'old:PreferNoSchedule'] })];
    const on = (nodeTaintsPolicy: 'Honor' | 'Ignore', words: PodWords = {}) =>
      refusals(nodes, podsOn('a', 1), spreading({ nodeTaintsPolicy }, words));
    assert.deepEqual(on('Ignore'), { a: uneven });
    assert.deepEqual(on('Honor'), {});
    assert.deepEqual(on('Honor', { tolerations: [{ key: 'gpu', operator: 'Exists' }] }), { a: uneven });
  });

  it('are tolerated by comparison only with that feature', () => {
    const nodes = [inZone('a'), inZone('b', { taints: ['load=5:NoSchedule'] })];
    const pod = spreading(
      { nodeTaintsPolicy: 'Honor' },
      { tolerations: [{ key: 'load', operator: 'Lt', value: '9' }] },
    );
    assert.deepEqual(refusals(nodes, podsOn('a', 1), pod), {});
    assert.deepEqual(refusals(nodes, podsOn('a', 1), pod, ['TaintTolerationComparisonOperators']), { a: uneven });
  });

  it('follow new taints', () => {
    const cluster = testCluster([inZone('a'), inZone('b')], podsOn('a', 1));
    const plugin = createPlugin(podTopologySpread, cluster);
    const refused = () => reasonsOf(plugin, cycleFor(cluster, spreading({ nodeTaintsPolicy: 'Honor' })));
    assert.deepEqual(refused(), { a: uneven });
    cluster.setNode(inZone('b', { taints: ['gone:NoExecute'] }));
    assert.deepEqual(refused(), {});
  });
});

describe('scores of spreading', () => {
  const soft = { whenUnsatisfiable: 'ScheduleAnyway' } as const;

  it('go by the pods of the node itself for the host name, whether or not the node counts', () => {
    const nodes = ['a', 'b'].map((name) => testNode({ name, labels: { [hostname]: name } }));
    const pod = spreading({ ...soft, topologyKey: hostname, maxSkew: 1 }, { nodeSelector: { disk: 'ssd' } });
    // ln(2 + 2) for each pod.
    assert.deepEqual(rawScores(nodes, podsOn('a', 3), pod), { a: Math.round(3 * Math.log(4)), b: 0 });
  });

  it('weigh by the domains among the nodes to choose from', () => {
    const cluster = testCluster(
      ['a', 'b', 'c'].map((zone) => inZone(zone)),
      podsOn('a', 10),
    );
    const plugin = createPlugin(podTopologySpread, cluster);
    const raw = (names: readonly string[]) => {
      const found = scoresOf(plugin, cycleFor(cluster, spreading({ ...soft, maxSkew: 1 })), names);
      return found === 'skip' ? found : found.raw.a;
    };
    assert.equal(raw(['a', 'b', 'c']), Math.round(10 * Math.log(5)));
    assert.equal(raw(['a', 'b']), Math.round(10 * Math.log(4)));
    assert.equal(raw(['a']), Math.round(10 * Math.log(3)));
  });

  it('count no pods for an empty selector', () => {
    const pod = spreading({ ...soft, labelSelector: selecting({}), maxSkew: 4 });
    assert.deepEqual(rawScores([inZone('a'), inZone('b')], podsOn('a', 3), pod), { a: 3, b: 3 });
  });
});

describe('a what-if of spreading', () => {
  /** Nodes that pass: at first, without the pods, and with the pods again. A pod is on node b. */
  const emptyingA = (words: Partial<TopologySpreadConstraint>, pods: readonly Pod[]): string[] => {
    const cluster = testCluster([inZone('a'), inZone('b')], podsOn('b', 1));
    const infos = pods.map((pod) => assignPod(cluster, pod));
    const plugin = createPlugin(podTopologySpread, cluster);
    const cycle = cycleFor(cluster, spreading({ maxSkew: 1, ...words }));
    plugin.preFilter?.(cycle);
    const passing = (): string => {
      const block = blockOf([...cluster.order]);
      plugin.filter?.(cycle, block);
      return [...block.slots.subarray(0, block.count)].map((slot) => cluster.nodeName(slot)).join();
    };
    const before = passing();
    const slot = cluster.slotOf('a') as number;
    for (const info of infos) {
      cluster.unassign(info);
      plugin.removePod?.(cycle, info, slot);
    }
    const without = passing();
    for (const info of infos) {
      cluster.assign(info, slot);
      plugin.addPod?.(cycle, info, slot);
    }
    return [before, without, passing()];
  };

  it('takes away pods that count, and puts them back', () => {
    assert.deepEqual(emptyingA({}, podsOn('a', 2)), ['b', 'a', 'b']);
  });

  it('takes pods that are being deleted from the count, though they were not in it, as kube-scheduler does', () => {
    const leaving = podsOn('a', 2, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    assert.deepEqual(emptyingA({ maxSkew: 2 }, leaving), ['a,b', 'a', 'a,b']);
  });

  it('counts by an empty selector, which nothing else does', () => {
    assert.deepEqual(emptyingA({ labelSelector: selecting({}), maxSkew: 2 }, podsOn('a', 2)), ['a,b', 'a', 'a,b']);
  });

  it('leaves pods of other namespaces alone', () => {
    const leaving = { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, namespace: 'other' };
    assert.deepEqual(emptyingA({ maxSkew: 2 }, podsOn('a', 2, leaving)), ['a,b', 'a,b', 'a,b']);
  });
});
