import assert from 'node:assert/strict';
import type { Affinity, Labels, Namespace, Pod, PodAffinityTerm } from '../../../src/api/objects.ts';
import { type PodWords, testNode, testPod } from '../support/objects.ts';
import { emptyCluster } from './cluster.ts';
import type { ReferenceOptions } from './options.ts';
import { type ReferenceDecision, referenceSchedule } from './schedule.ts';
import { podTerm, refusals, scoresOf, selecting } from './words.ts';

const nodes = ['a1', 'a2', 'b1'].map((name) => testNode({ name, labels: { zone: name.slice(0, 1), host: name } }));
const bare = testNode({ name: 'bare' });

const running = (name: string, nodeName: string, words: PodWords = {}): Pod => testPod({ name, nodeName, ...words });
const web: Labels = { app: 'web' };
const webIn = (topologyKey: string, words: Partial<PodAffinityTerm> = {}): PodAffinityTerm =>
  podTerm({ topologyKey, labelSelector: selecting(web), ...words });
const near = (...required: readonly PodAffinityTerm[]): Affinity => ({ podAffinity: { required, preferred: [] } });
const far = (...required: readonly PodAffinityTerm[]): Affinity => ({ podAntiAffinity: { required, preferred: [] } });
const wishing = (
  nearby: readonly [weight: number, term: PodAffinityTerm][],
  away: readonly [number, PodAffinityTerm][] = [],
): Affinity => {
  const weighted = (terms: readonly [number, PodAffinityTerm][]) =>
    terms.map(([weight, podAffinityTerm]) => ({ weight, podAffinityTerm }));
  return {
    podAffinity: { required: [], preferred: weighted(nearby) },
    podAntiAffinity: { required: [], preferred: weighted(away) },
  };
};

const namespace = (name: string, labels: Labels): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels, annotations: {} },
});

function decide(
  pods: readonly Pod[],
  pod: PodWords,
  options: Partial<ReferenceOptions> = {},
  objects: readonly Namespace[] = [],
): ReferenceDecision {
  return referenceSchedule(emptyCluster({ nodes: [...nodes, bare], pods, objects }), testPod(pod), options);
}

const noAffinity = "unresolvable: node(s) didn't match pod affinity rules";
const noAnti = "unschedulable: node(s) didn't match pod anti-affinity rules";
const noTheirs = "unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";

describe('required pod affinity', () => {
  const pods = [running('w', 'a1', { labels: web })];

  it('allows nodes in the same domain as a pod that matches', () => {
    const refused = refusals(decide(pods, { spec: { affinity: near(webIn('zone')) } }));
    assert.deepEqual(refused, { b1: noAffinity, bare: noAffinity });
  });

  it('counts only pods that match all terms', () => {
    const both = near(webIn('zone'), podTerm({ topologyKey: 'zone', labelSelector: selecting({ tier: 'x' }) }));
    const refused = refusals(
      decide([...pods, running('x', 'a2', { labels: { tier: 'x' } })], { spec: { affinity: both } }),
    );
    assert.equal(Object.keys(refused).length, 4);
    const matching = running('y', 'b1', { labels: { ...web, tier: 'x' } });
    assert.deepEqual(Object.keys(refusals(decide([...pods, matching], { spec: { affinity: both } }))).sort(), [
      'a1',
      'a2',
      'bare',
    ]);
  });

  it('lets the first pod of those that want to be together go anywhere with the labels', () => {
    const affinity = near(webIn('zone'));
    assert.deepEqual(refusals(decide([], { labels: web, spec: { affinity } })), { bare: noAffinity });
    assert.equal(Object.keys(refusals(decide([], { spec: { affinity } }))).length, 4);
  });

  it('also where the only match stands on a node without the label', () => {
    const lost = [running('w', 'bare', { labels: web })];
    assert.deepEqual(refusals(decide(lost, { labels: web, spec: { affinity: near(webIn('zone')) } })), {
      bare: noAffinity,
    });
  });
});

describe('required pod anti-affinity', () => {
  it('keeps the pod away from pods that match, but not off nodes without the label', () => {
    const refused = refusals(decide([running('w', 'a1', { labels: web })], { spec: { affinity: far(webIn('zone')) } }));
    assert.deepEqual(refused, { a1: noAnti, a2: noAnti });
  });

  it('of running pods keeps a pod that matches away from them', () => {
    const pods = [running('w', 'b1', { spec: { affinity: far(webIn('zone')) } })];
    assert.deepEqual(refusals(decide(pods, { labels: web })), { b1: noTheirs });
    const decision = decide(pods, { labels: { app: 'db' } });
    assert.deepEqual(decision.preFilter.verdicts.get('InterPodAffinity'), { kind: 'skip' });
  });

  it("is the pod's own before that of others", () => {
    const pods = [running('w', 'b1', { labels: web, spec: { affinity: far(webIn('host')) } })];
    assert.deepEqual(refusals(decide(pods, { labels: web, spec: { affinity: far(webIn('zone')) } })), { b1: noAnti });
  });
});

describe('the namespaces of a term', () => {
  const pods = [running('w', 'a1', { namespace: 'team', labels: web })];
  const objects = [namespace('team', { kind: 'test' }), namespace('default', {})];
  const refusedBy = (words: Partial<PodAffinityTerm>, there: readonly Namespace[] = objects): string[] =>
    Object.keys(refusals(decide(pods, { spec: { affinity: far(webIn('host', words)) } }, {}, there)));

  it("are the pod's own unless it says otherwise", () => {
    assert.deepEqual(refusedBy({}), []);
    assert.deepEqual(refusedBy({ namespaces: ['team'] }), ['a1']);
  });

  it('may be selected by their labels, if they exist', () => {
    assert.deepEqual(refusedBy({ namespaceSelector: selecting({ kind: 'test' }) }), ['a1']);
    assert.deepEqual(refusedBy({ namespaceSelector: selecting({ kind: 'test' }) }, []), []);
    assert.deepEqual(refusedBy({ namespaceSelector: selecting({ kind: 'other' }) }), []);
  });

  it('are all for an empty selector, whether they exist or not', () => {
    assert.deepEqual(refusedBy({ namespaceSelector: selecting({}) }, []), ['a1']);
  });

  it('of running pods are asked about the labels of the waiting pod its namespace', () => {
    const theirs = (namespaceSelector: PodAffinityTerm['namespaceSelector'], there: readonly Namespace[]): string[] => {
      const term = webIn('host', namespaceSelector === undefined ? {} : { namespaceSelector });
      const guard = running('g', 'a2', { namespace: 'guard', spec: { affinity: far(term) } });
      return Object.keys(refusals(decide([guard], { namespace: 'team', labels: web }, {}, there)));
    };
    assert.deepEqual(theirs(selecting({ kind: 'test' }), objects), ['a2']);
    assert.deepEqual(theirs(selecting({ kind: 'test' }), []), []);
    assert.deepEqual(theirs(selecting({}), []), ['a2']);
    assert.deepEqual(theirs(undefined, objects), []);
  });
});

describe('scores of pod affinity', () => {
  const scoresByNode = (decision: ReferenceDecision, kind: 'raw' | 'normalized'): Record<string, number | undefined> =>
    Object.fromEntries(
      decision.feasible.map((name, index) => [name, scoresOf(decision, 'InterPodAffinity')?.[kind][index]]),
    );

  it('add the weights of preferred terms for each match, and subtract those of anti-affinity', () => {
    const pods = [
      running('w1', 'a1', { labels: web }),
      running('w2', 'a2', { labels: web }),
      running('d', 'b1', { labels: { app: 'db' } }),
    ];
    const affinity = wishing(
      [
        [10, webIn('zone')],
        [3, webIn('host')],
      ],
      [[7, podTerm({ topologyKey: 'zone', labelSelector: selecting({ app: 'db' }) })]],
    );
    const decision = decide(pods, { spec: { affinity } });
    assert.deepEqual(scoresByNode(decision, 'raw'), { a1: 23, a2: 23, b1: -7, bare: 0 });
    assert.deepEqual(scoresByNode(decision, 'normalized'), { a1: 100, a2: 100, b1: 0, bare: 23 });
  });

  it('heed the wishes of running pods, and their required affinity with a weight of its own', () => {
    const pods = [
      running('hard', 'a1', { spec: { affinity: near(webIn('host'), webIn('zone')) } }),
      running('soft', 'b1', { spec: { affinity: wishing([[4, webIn('host')]], [[1, webIn('zone')]]) } }),
    ];
    const scores = (options: Partial<ReferenceOptions>): Record<string, number | undefined> =>
      scoresByNode(decide(pods, { labels: web }, options), 'raw');
    assert.deepEqual(scores({}), { a1: 2, a2: 1, b1: 3, bare: 0 });
    assert.deepEqual(scores({ hardPodAffinityWeight: 10 }), { a1: 20, a2: 10, b1: 3, bare: 0 });
    assert.deepEqual(scores({ hardPodAffinityWeight: 0 }), { a1: 0, a2: 0, b1: 3, bare: 0 });
  });

  it('are spared where nothing matches, or where the profile lets only the pod itself wish', () => {
    const pods = [running('soft', 'b1', { spec: { affinity: wishing([[4, webIn('host')]]) } })];
    assert.equal(scoresOf(decide(pods, { labels: { app: 'db' } }), 'InterPodAffinity'), undefined);
    const options = { ignorePreferredTermsOfExistingPods: true };
    assert.equal(scoresOf(decide(pods, { labels: web }, options), 'InterPodAffinity'), undefined);
    const affinity = wishing([[1, webIn('nowhere')]]);
    assert.deepEqual(scoresByNode(decide(pods, { labels: web, spec: { affinity } }, options), 'raw').b1, 4);
  });

  it('are nothing for all where all are the same', () => {
    const pods = nodes.map(({ metadata }) => running(`w-${metadata.name}`, metadata.name, { labels: web }));
    const cluster = emptyCluster({ nodes, pods });
    const decision = referenceSchedule(cluster, testPod({ spec: { affinity: wishing([[5, webIn('host')]]) } }));
    assert.deepEqual(scoresOf(decision, 'InterPodAffinity'), { raw: [5, 5, 5], normalized: [0, 0, 0] });
  });

  it('are rounded as doubles are: 29 of 100 is 28', () => {
    const affinity = wishing([
      [29, webIn('host')],
      [100, podTerm({ topologyKey: 'host', labelSelector: selecting({ app: 'db' }) })],
    ]);
    const pods = [running('w', 'a1', { labels: web }), running('d', 'b1', { labels: { app: 'db' } })];
    const decision = decide(pods, { spec: { affinity } });
    assert.deepEqual(scoresByNode(decision, 'normalized'), { a1: 28, a2: 0, b1: 100, bare: 0 });
  });
});
