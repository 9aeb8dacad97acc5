import assert from 'node:assert/strict';
import type { Affinity, Namespace, Node, Pod, PodAffinityTerm } from '../../../src/api/objects.ts';
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
import { eventOf, hintOf } from '../support/hints.ts';
import type { PodWords } from '../support/objects.ts';

const web = { app: 'web' };
const db = { app: 'db' };
const lonely = "unresolvable: node(s) didn't match pod affinity rules";
const crowded = "unschedulable: node(s) didn't match pod anti-affinity rules";
const unwanted = "unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";

const nodes = [
  testNode({ name: 'a1', labels: { zone: 'a', host: 'a1' } }),
  testNode({ name: 'a2', labels: { zone: 'a', host: 'a2' } }),
  testNode({ name: 'b1', labels: { zone: 'b', host: 'b1' } }),
  testNode({ name: 'bare' }),
];
const like = (labels: Record<string, string>, topologyKey = 'zone', words: Partial<PodAffinityTerm> = {}) =>
  podTerm({ topologyKey, labelSelector: selecting(labels), ...words });
const near = (...required: PodAffinityTerm[]): Affinity => ({ podAffinity: { required, preferred: [] } });
const far = (...required: PodAffinityTerm[]): Affinity => ({ podAntiAffinity: { required, preferred: [] } });
const wishing = (weight: number, term: PodAffinityTerm): Affinity => ({
  podAffinity: { required: [], preferred: [{ weight, podAffinityTerm: term }] },
});
const on = (nodeName: string, words: PodWords = {}): Pod =>
  testPod({ name: `on-${nodeName}`, nodeName, labels: web, ...words });
const asking = (affinity: Affinity, words: PodWords = {}): Pod =>
  testPod({ name: 'new', ...words, spec: { affinity } });
const namespace = (name: string, team: string): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { team }, annotations: {} },
});

function refusals(pod: Pod, pods: readonly Pod[]): Record<string, string> {
  const cluster = testCluster(nodes, pods);
  return reasonsOf(createPlugin(interPodAffinity, cluster), cycleFor(cluster, pod));
}

describe('required pod affinity', () => {
  it('allows the domains of pods that match all terms, and no node without the labels', () => {
    assert.deepEqual(refusals(asking(near(like(web))), [on('a1')]), { b1: lonely, bare: lonely });
    const both = near(like(web), like({ tier: 'x' }));
    const pods = [on('a1', { labels: { ...web, tier: 'x' } }), on('b1')];
    assert.deepEqual(refusals(asking(both), pods), { b1: lonely, bare: lonely });
    assert.deepEqual(refusals(asking(both), [on('a1'), on('b1', { labels: { tier: 'x' } })]), {
      a1: lonely,
      a2: lonely,
      b1: lonely,
      bare: lonely,
    });
  });

  it('lets the first of a kind that wants to be together go wherever the label is', () => {
    assert.deepEqual(refusals(asking(near(like(web)), { labels: web }), []), { bare: lonely });
    assert.deepEqual(Object.keys(refusals(asking(near(like(web)), { labels: db }), [])), ['a1', 'a2', 'b1', 'bare']);
    assert.deepEqual(refusals(asking(near(like(web)), { labels: web }), [on('b1')]), {
      a1: lonely,
      a2: lonely,
      bare: lonely,
    });
  });
});

describe('required pod anti-affinity', () => {
  it('keeps the pod away from those that match, but not off nodes without the label', () => {
    assert.deepEqual(refusals(asking(far(like(web))), [on('a1')]), { a1: crowded, a2: crowded });
    assert.deepEqual(refusals(asking(far(like(web, 'host'))), [on('a1')]), { a1: crowded });
  });

  it('of pods on nodes keeps a pod away that matches, the reason being theirs after its own', () => {
    const shy = on('a1', { spec: { affinity: far(like(web)) } });
    assert.deepEqual(refusals(testPod({ labels: web }), [shy]), { a1: unwanted, a2: unwanted });
    assert.deepEqual(refusals(testPod({ labels: db }), [shy]), {});
    assert.deepEqual(refusals(asking(far(like(web, 'host')), { labels: web }), [shy]), { a1: crowded, a2: unwanted });
  });

  it('goes by the pods that are there now', () => {
    const cluster = testCluster(nodes, []);
    const plugin = createPlugin(interPodAffinity, cluster);
    const pod = asking(far(like(web, 'host')), { labels: web });
    const refused = (): Record<string, string> => reasonsOf(plugin, cycleFor(cluster, pod));
    assert.deepEqual(refused(), {});
    const info = assignPod(cluster, on('b1'));
    assert.deepEqual(refused(), { b1: crowded });
    cluster.setNode(testNode({ name: 'b1', labels: { host: 'a1' } }));
    assert.deepEqual(refused(), { a1: crowded, b1: crowded });
    cluster.unassign(info);
    assert.deepEqual(refused(), {});
  });
});

describe('namespaces of affinity terms', () => {
  const refusedBy = (term: PodAffinityTerm, objects: readonly Namespace[]): string[] => {
    const cluster = testCluster(nodes, [on('a1', { namespace: 'team-a' })], objects);
    return Object.keys(reasonsOf(createPlugin(interPodAffinity, cluster), cycleFor(cluster, asking(far(term)))));
  };
  const ofTeam = (team: string) => like(web, 'host', { namespaceSelector: selecting({ team }) });

  it('are the pod’s own, those that are named, those that are selected, or all', () => {
    assert.deepEqual(refusedBy(like(web, 'host'), []), []);
    assert.deepEqual(refusedBy(like(web, 'host', { namespaces: ['team-a'] }), []), ['a1']);
    assert.deepEqual(refusedBy(ofTeam('x'), [namespace('team-a', 'x')]), ['a1']);
    assert.deepEqual(refusedBy(ofTeam('y'), [namespace('team-a', 'x')]), []);
    assert.deepEqual(refusedBy(ofTeam('x'), []), [], 'one that is not there has no labels');
    assert.deepEqual(refusedBy(like(web, 'host', { namespaceSelector: selecting({}) }), []), ['a1']);
  });

  it('are followed when they get other labels, for the terms of both sides', () => {
    const cluster = testCluster(nodes, [
      on('a1', { namespace: 'team-a' }),
      on('b1', { labels: {}, spec: { affinity: far(ofTeam('x')) } }),
    ]);
    const plugin = createPlugin(interPodAffinity, cluster);
    const refused = (): Record<string, string> => {
      const own = reasonsOf(plugin, cycleFor(cluster, asking(far(ofTeam('x')))));
      const theirs = reasonsOf(plugin, cycleFor(cluster, testPod({ labels: web, namespace: 'team-a' })));
      return { ...own, ...theirs };
    };
    assert.deepEqual(refused(), {});
    cluster.objects.set('Namespace', namespace('team-a', 'x'));
    assert.deepEqual(refused(), { a1: crowded, b1: unwanted });
    cluster.objects.set('Namespace', namespace('team-a', 'y'));
    assert.deepEqual(refused(), {});
    cluster.objects.set('Namespace', namespace('team-a', 'x'));
    cluster.objects.delete('Namespace', namespace('team-a', 'x'));
    assert.deepEqual(refused(), {});
  });
});

describe('scores of pod affinity', () => {
  function scores(pod: Pod, pods: readonly Pod[], args: object = {}) {
    const cluster = testCluster(nodes, pods);
    return scoresOf(createPlugin(interPodAffinity, cluster, args), cycleFor(cluster, pod));
  }
  const raw = (...words: Parameters<typeof scores>): unknown => {
    const found = scores(...words);
    return found === 'skip' ? found : found.raw;
  };

  it('add what the pod wishes and what is wished of it, and are spread from 0 to 100', () => {
    const wisher = on('b1', { labels: {}, spec: { affinity: wishing(30, like(db, 'host')) } });
    assert.deepEqual(scores(asking(wishing(100, like(web)), { labels: db }), [on('a1'), wisher]), {
      raw: { a1: 100, a2: 100, b1: 30, bare: 0 },
      normalized: { a1: 100, a2: 100, b1: 30, bare: 0 },
    });
  });

  it('are rounded as doubles are: 29 of 100 is 28', () => {
    const affinity: Affinity = {
      podAffinity: {
        required: [],
        preferred: [
          { weight: 29, podAffinityTerm: like(web, 'host') },
          { weight: 100, podAffinityTerm: like(db, 'host') },
        ],
      },
    };
    const found = scores(asking(affinity), [on('a1'), on('b1', { labels: db })]);
    assert.deepEqual(found === 'skip' || found.normalized, { a1: 28, a2: 0, b1: 100, bare: 0 });
  });

  it('count required terms of pods on nodes as hardPodAffinityWeight says', () => {
    const hard = on('a1', { spec: { affinity: near(like(web)) } });
    const pod = testPod({ labels: web });
    assert.deepEqual(raw(pod, [hard]), { a1: 1, a2: 1, b1: 0, bare: 0 });
    assert.deepEqual(raw(pod, [hard], { hardPodAffinityWeight: 40 }), { a1: 40, a2: 40, b1: 0, bare: 0 });
    assert.equal(raw(pod, [hard], { hardPodAffinityWeight: 0 }), 'skip');
  });

  it('leave the wishes of others alone where the profile says so, for pods that have none', () => {
    const wisher = on('b1', { spec: { affinity: wishing(30, like(db, 'host')) } });
    const args = { ignorePreferredTermsOfExistingPods: true };
    assert.equal(raw(testPod({ labels: db }), [wisher], args), 'skip');
    const pod = asking(wishing(1, like({ app: 'nobody' })), { labels: db });
    assert.deepEqual(raw(pod, [wisher], args), { a1: 0, a2: 0, b1: 30, bare: 0 });
  });

  it('are all 0 where all nodes are the same', () => {
    const everywhere = nodes.slice(0, 3).map(({ metadata }) => on(metadata.name, { name: metadata.name }));
    const cluster = testCluster(nodes.slice(0, 3), everywhere);
    const cycle = cycleFor(cluster, asking(wishing(5, like(web, 'host'))));
    const found = scoresOf(createPlugin(interPodAffinity, cluster), cycle);
    assert.deepEqual(found === 'skip' || found.normalized, { a1: 0, a2: 0, b1: 0 });
  });
});

describe('arguments of InterPodAffinity', () => {
  it('are a weight from 0 to 100 and a switch', () => {
    const parse = (args: object): boolean => interPodAffinity.args?.safeParse(args).success === true;
    for (const weight of [0, 1, 100]) assert.ok(parse({ hardPodAffinityWeight: weight }));
    for (const weight of [-1, 101, 1.5, '1']) assert.ok(!parse({ hardPodAffinityWeight: weight }));
    assert.ok(!parse({ ignorePreferredTermsOfExistingPods: 'no' }));
    assert.ok(!parse({ weight: 1 }));
  });
});

describe('a pod that affinity has refused', () => {
  const plugin = createPlugin(interPodAffinity, testCluster(nodes));
  const friend = asking(near(like(web)));
  const hermit = asking(far(like(web)));
  const plain = testPod({ name: 'new', labels: web });
  const pod = (labels: Record<string, string>, affinity: Affinity = {}): Pod =>
    on('a1', { labels, spec: { affinity } });
  type Action = 'add' | 'delete' | 'update-labels';
  const afterPod = (waiting: Pod, action: Action, before: Pod | undefined, after: Pod | undefined) =>
    hintOf(plugin, 'AssignedPod', action)(waiting, eventOf('AssignedPod', action, before, after));
  const afterNode = (waiting: Pod, action: Action, before: Node | undefined, after: Node | undefined) =>
    hintOf(plugin, 'Node', action)(waiting, eventOf('Node', action, before, after));

  it('is tried again when a pod comes that it wants, or gets the labels', () => {
    assert.equal(afterPod(friend, 'add', undefined, pod(web)), 'queue');
    assert.equal(afterPod(friend, 'add', undefined, pod(db)), 'skip');
    assert.equal(afterPod(friend, 'update-labels', pod(db), pod(web)), 'queue');
    assert.equal(afterPod(friend, 'update-labels', pod(web), pod(db)), 'skip');
    assert.equal(afterPod(hermit, 'add', undefined, pod(web)), 'skip');
  });

  it('is tried again when a pod goes that stood in its way, by its own rules or by that pod’s', () => {
    assert.equal(afterPod(hermit, 'delete', pod(web), undefined), 'queue');
    assert.equal(afterPod(hermit, 'delete', pod(db), undefined), 'skip');
    assert.equal(afterPod(hermit, 'update-labels', pod(web), pod(db)), 'queue');
    assert.equal(afterPod(plain, 'delete', pod(db, far(like(web))), undefined), 'queue');
    assert.equal(afterPod(plain, 'delete', pod(db, far(like(db))), undefined), 'skip');
  });

  it('is tried again when a node gets a value that it can use, or leaves a domain that it shuns', () => {
    const [a1, , b1] = nodes;
    const bare = testNode({ name: 'a1' });
    assert.equal(afterNode(friend, 'add', undefined, a1), 'queue');
    assert.equal(afterNode(friend, 'add', undefined, bare), 'skip');
    assert.equal(afterNode(friend, 'update-labels', bare, a1), 'queue');
    assert.equal(afterNode(friend, 'update-labels', b1, a1), 'queue');
    assert.equal(afterNode(friend, 'update-labels', a1, bare), 'skip');
    assert.equal(afterNode(hermit, 'add', undefined, bare), 'queue');
    assert.equal(afterNode(hermit, 'update-labels', a1, bare), 'queue');
    assert.equal(afterNode(hermit, 'update-labels', a1, b1), 'queue');
    assert.equal(afterNode(hermit, 'update-labels', bare, a1), 'skip');
  });
});
