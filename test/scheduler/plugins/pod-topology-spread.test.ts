import assert from 'node:assert/strict';
import type { Node, Pod, SelectingService, TopologySpreadConstraint } from '../../../src/api/objects.ts';
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
import { eventOf, hintOf } from '../support/hints.ts';
import type { PodWords } from '../support/objects.ts';

const app = { app: 'web' };
const uneven = "unschedulable: node(s) didn't match pod topology spread constraints";
const noLabel = "unresolvable: node(s) didn't match pod topology spread constraints (missing required label)";
const soft = { whenUnsatisfiable: 'ScheduleAnyway' } as const;

const inZone = (zone: string): Node => testNode({ name: zone, labels: { zone } });
const podsOn = (nodeName: string, count: number): Pod[] =>
  Array.from({ length: count }, (_, place) => testPod({ name: `${nodeName}${place}`, labels: app, nodeName }));
const zones = ['a', 'b', 'c'].map(inZone);
/** Three zones with 3, 5 and no pods. */
const running = [...podsOn('a', 3), ...podsOn('b', 5)];

function spreading(words: Partial<TopologySpreadConstraint> = {}, pod: PodWords = {}): Pod {
  const constraint = spreadConstraint({ labelSelector: selecting(app), ...words });
  return testPod({ labels: app, ...pod, spec: { topologySpreadConstraints: [constraint], ...pod.spec } });
}

function refusals(pod: Pod, nodes: readonly Node[] = zones): Record<string, string> {
  const cluster = testCluster(nodes, running);
  return reasonsOf(createPlugin(podTopologySpread, cluster), cycleFor(cluster, pod));
}

describe('a spread constraint that must hold', () => {
  it('keeps a pod out of domains that would have too many more than the emptiest', () => {
    assert.deepEqual(refusals(spreading({ maxSkew: 6 })), {});
    assert.deepEqual(refusals(spreading({ maxSkew: 5 })), { b: uneven });
    assert.deepEqual(refusals(spreading({ maxSkew: 3 })), { a: uneven, b: uneven });
    assert.deepEqual(
      refusals(spreading({ maxSkew: 3 }, { labels: {} })),
      { b: uneven },
      'the pod itself does not count',
    );
  });

  it('takes the emptiest domain for empty while there are fewer than minDomains', () => {
    const two = zones.slice(0, 2);
    assert.deepEqual(refusals(spreading({ maxSkew: 3 }), two), {});
    assert.deepEqual(refusals(spreading({ maxSkew: 3, minDomains: 3 }), two), { a: uneven, b: uneven });
  });

  it('refuses nodes without the label for good', () => {
    assert.deepEqual(refusals(spreading({ maxSkew: 9 }), [...zones, testNode({ name: 'bare' })]), { bare: noLabel });
  });

  it('selects nothing with no selector and with an empty one', () => {
    const everything = { matchLabels: {}, matchExpressions: [] };
    assert.deepEqual(refusals(spreading({ labelSelector: everything, maxSkew: 1 })), {});
    const { labelSelector: _, ...none } = spreadConstraint();
    const pod = testPod({ labels: app, spec: { topologySpreadConstraints: [none] } });
    assert.deepEqual(refusals(pod), {});
  });

  it('goes by the cluster as it is, whatever it was when the pod was last tried', () => {
    const cluster = testCluster(zones, running);
    const plugin = createPlugin(podTopologySpread, cluster);
    const refused = (): Record<string, string> => reasonsOf(plugin, cycleFor(cluster, spreading({ maxSkew: 3 })));
    assert.deepEqual(refused(), { a: uneven, b: uneven });
    const infos = podsOn('c', 4).map((pod) => assignPod(cluster, pod));
    assert.deepEqual(refused(), {});
    for (const info of infos) cluster.unassign(info);
    cluster.removeNode('c');
    assert.deepEqual(refused(), {}, 'a zone without nodes is none');
    cluster.setNode(testNode({ name: 'b', labels: { zone: 'a' } }));
    assert.deepEqual(refused(), {}, 'one zone alone is even');
    cluster.setNode(testNode({ name: 'c', labels: { zone: 'c' } }));
    assert.deepEqual(refused(), { a: uneven, b: uneven });
  });
});

describe('a spread constraint that should hold', () => {
  function scores(pod: Pod, nodes: readonly Node[] = zones, pods = running) {
    const cluster = testCluster(nodes, pods);
    return scoresOf(createPlugin(podTopologySpread, cluster), cycleFor(cluster, pod));
  }

  it('scores 58, 33 and 100 for zones with 3, 5 and no pods and a maxSkew of 5', () => {
    assert.deepEqual(scores(spreading({ ...soft, maxSkew: 5 })), {
      raw: { a: 9, b: 12, c: 4 },
      normalized: { a: 58, b: 33, c: 100 },
    });
  });

  it('gives nothing to nodes without the label, and 100 to all where there is no pod', () => {
    const bare = scores(spreading({ ...soft, maxSkew: 5 }), [...zones, testNode({ name: 'bare' })]);
    assert.deepEqual(bare === 'skip' || bare.normalized, { a: 58, b: 33, c: 100, bare: 0 });
    const empty = scores(spreading({ ...soft, maxSkew: 1 }), zones, []);
    assert.deepEqual(empty === 'skip' || empty.normalized, { a: 100, b: 100, c: 100 });
  });

  it('is that of the system for pods of a Service, and none for others', () => {
    const service: SelectingService = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {} },
      spec: { selector: app },
    };
    const nodes = ['a', 'b'].map((name) => testNode({ name, labels: { 'kubernetes.io/hostname': name } }));
    const scoresWith = (objects: readonly SelectingService[], args: object = {}) => {
      const cluster = testCluster(nodes, podsOn('a', 2), objects);
      return scoresOf(createPlugin(podTopologySpread, cluster, args), cycleFor(cluster, testPod({ labels: app })));
    };
    const system = scoresWith([service]);
    assert.ok(system !== 'skip');
    assert.deepEqual(Object.entries(system.normalized).sort((one, other) => other[1] - one[1])[0], ['b', 100]);
    assert.equal(scoresWith([]), 'skip');
    assert.equal(scoresWith([service], { defaultingType: 'List' }), 'skip');
  });
});

describe('arguments of PodTopologySpread', () => {
  const parse = (args: object): boolean => podTopologySpread.args?.safeParse(args).success === true;
  const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' };

  it('take a list of constraints without selectors, each pair of key and action once', () => {
    assert.ok(parse({}));
    assert.ok(parse({ defaultingType: 'List', defaultConstraints: [constraint] }));
    assert.ok(!parse({ defaultingType: 'System', defaultConstraints: [constraint] }));
    assert.ok(!parse({ defaultingType: 'Lots' }));
    assert.ok(!parse({ defaultingType: 'List', defaultConstraints: [constraint, constraint] }));
    const selective = { ...constraint, labelSelector: { matchLabels: app } };
    assert.ok(!parse({ defaultingType: 'List', defaultConstraints: [selective] }));
    assert.ok(!parse({ defaultingType: 'List', defaultConstraints: [{ ...constraint, maxSkew: 0 }] }));
  });
});

describe('a pod that spreading has refused', () => {
  const plugin = createPlugin(podTopologySpread, testCluster(zones));
  const waiting = spreading();
  const there = (words: PodWords): Pod => testPod({ name: 'other', nodeName: 'a', ...words });
  const labelled = (labels: Record<string, string>, taints: string[] = []): Node =>
    testNode({ name: 'n', labels, taints });

  it('is tried again when a pod of its kind and namespace comes, goes, or becomes or ceases to be one', () => {
    const added = hintOf(plugin, 'AssignedPod', 'add');
    const deleted = hintOf(plugin, 'AssignedPod', 'delete');
    const updated = hintOf(plugin, 'AssignedPod', 'update-labels');
    for (const [words, answer] of [
      [{ labels: app }, 'queue'],
      [{ labels: { app: 'db' } }, 'skip'],
      [{ labels: app, namespace: 'team-a' }, 'skip'],
    ] as const) {
      const pod = there(words);
      assert.equal(added(waiting, eventOf('AssignedPod', 'add', undefined, pod)), answer);
      assert.equal(deleted(waiting, eventOf('AssignedPod', 'delete', pod, undefined)), answer);
      const other = there({ ...words, labels: {} });
      assert.equal(updated(waiting, eventOf('AssignedPod', 'update-labels', pod, other)), answer);
      assert.equal(updated(waiting, eventOf('AssignedPod', 'update-labels', other, pod)), answer);
    }
  });

  it('is tried again when a node with its keys comes or goes, gets or loses them, or another value or taint', () => {
    const hint = (action: 'add' | 'delete' | 'update-labels', before: Node | undefined, after: Node | undefined) =>
      hintOf(plugin, 'Node', action)(waiting, eventOf('Node', action, before, after));
    const a = labelled({ zone: 'a' });
    assert.equal(hint('add', undefined, a), 'queue');
    assert.equal(hint('delete', a, undefined), 'queue');
    assert.equal(hint('add', undefined, labelled({})), 'skip');
    assert.equal(hint('delete', labelled({}), undefined), 'skip');
    assert.equal(hint('update-labels', a, labelled({})), 'queue');
    assert.equal(hint('update-labels', labelled({}), a), 'queue');
    assert.equal(hint('update-labels', a, labelled({ zone: 'b' })), 'queue');
    assert.equal(hint('update-labels', a, labelled({ zone: 'a', disk: 'ssd' })), 'skip');
    assert.equal(hint('update-labels', a, labelled({ zone: 'a' }, ['x:NoSchedule'])), 'queue');
    assert.equal(hint('update-labels', labelled({}), labelled({}, ['x:NoSchedule'])), 'skip');
  });

  it('hears of nothing else', () => {
    assert.equal(
      hintOf(plugin, 'Node', 'update-allocatable')(waiting, eventOf('Node', 'update', undefined, undefined)),
      'not registered',
    );
    assert.equal(
      hintOf(plugin, 'Service', 'add')(waiting, eventOf('Service', 'add', undefined, undefined)),
      'not registered',
    );
  });
});
