/** What changes of a pod itself, and of pods that are only promised a node, mean to the plugins that look at pods. */
import assert from 'node:assert/strict';
import type { Pod } from '../../../src/api/objects.ts';
import type { EventAction } from '../../../src/scheduler/framework/events.ts';
import type { Plugin } from '../../../src/scheduler/framework/plugin.ts';
import { interPodAffinity } from '../../../src/scheduler/plugins/inter-pod-affinity.ts';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread.ts';
import { podTerm, selecting, spreadConstraint } from '../reference/words.ts';
import { createPlugin, testCluster, testPod, testToleration } from '../support/cluster.ts';
import { eventOf, hintOf } from '../support/hints.ts';
import type { PodWords } from '../support/objects.ts';

const app = { app: 'web' };
const term = podTerm({ topologyKey: 'zone', labelSelector: selecting(app) });
const [affinity, spread] = [interPodAffinity, podTopologySpread].map((factory) =>
  createPlugin(factory, testCluster([])),
) as [Plugin, Plugin];

const after = (
  plugin: Plugin,
  waiting: Pod,
  resource: 'AssignedPod' | 'UnscheduledPod',
  action: EventAction,
  before: Pod | undefined,
  now: Pod | undefined,
) => hintOf(plugin, resource, action)(waiting, eventOf(resource, action, before, now));

describe('a pod that inter-pod affinity has refused', () => {
  const hermit = (words: PodWords = {}, terms = [term]): Pod =>
    testPod({ name: 'hermit', ...words, spec: { affinity: { podAntiAffinity: { required: terms, preferred: [] } } } });

  it('is tried again when its own labels change', () => {
    const relabelled = hermit({ labels: app });
    assert.equal(after(affinity, relabelled, 'UnscheduledPod', 'update-labels', hermit(), relabelled), 'queue');
    const other = testPod({ name: 'other', labels: app });
    assert.equal(
      after(affinity, hermit(), 'UnscheduledPod', 'update-labels', testPod({ name: 'other' }), other),
      'skip',
    );
    assert.equal(after(affinity, hermit(), 'UnscheduledPod', 'add', undefined, other), 'not registered');
  });

  it('does not care for pods that were only promised a node', () => {
    assert.equal(after(affinity, hermit(), 'AssignedPod', 'delete', testPod({ labels: app }), undefined), 'skip');
    const there = testPod({ labels: app, nodeName: 'a' });
    assert.equal(after(affinity, hermit(), 'AssignedPod', 'delete', there, undefined), 'queue');
  });

  it('asks all terms at once, and nothing of the labels of namespaces, as kube-scheduler does', () => {
    const two = hermit({}, [term, { ...term, labelSelector: selecting({ tier: 'x' }) }]);
    const there = (labels: Readonly<Record<string, string>>) => testPod({ labels, nodeName: 'a' });
    assert.equal(after(affinity, two, 'AssignedPod', 'delete', there(app), undefined), 'skip');
    assert.equal(after(affinity, two, 'AssignedPod', 'delete', there({ ...app, tier: 'x' }), undefined), 'queue');
    const byTeam = hermit({}, [{ ...term, namespaceSelector: selecting({ team: 'a' }) }]);
    assert.equal(after(affinity, byTeam, 'AssignedPod', 'delete', there(app), undefined), 'skip');
    const anywhere = hermit({}, [{ ...term, namespaceSelector: selecting({}) }]);
    assert.equal(after(affinity, anywhere, 'AssignedPod', 'delete', there(app), undefined), 'queue');
  });
});

describe('a pod that spreading has refused', () => {
  const spreading = (nodeTaintsPolicy: 'Honor' | 'Ignore', words: PodWords = {}): Pod => {
    const constraint = spreadConstraint({ labelSelector: selecting(app), nodeTaintsPolicy });
    return testPod({ name: 'new', ...words, spec: { topologySpreadConstraints: [constraint], ...words.spec } });
  };

  it('is tried again when it tolerates more, if taints matter to it', () => {
    const tolerations = [testToleration({ key: 'gpu', operator: 'Exists' })];
    for (const [policy, answer] of [
      ['Honor', 'queue'],
      ['Ignore', 'skip'],
    ] as const) {
      const tolerant = spreading(policy, { spec: { tolerations } });
      assert.equal(
        after(spread, tolerant, 'UnscheduledPod', 'update-tolerations', spreading(policy), tolerant),
        answer,
      );
    }
  });

  it('is tried again when it becomes one of those that are spread', () => {
    const one = spreading('Ignore', { labels: app });
    assert.equal(after(spread, one, 'UnscheduledPod', 'update-labels', spreading('Ignore'), one), 'queue');
    const other = spreading('Ignore', { labels: { app: 'db' } });
    assert.equal(after(spread, other, 'UnscheduledPod', 'update-labels', spreading('Ignore'), other), 'skip');
  });

  it('does not care for pods that were only promised a node', () => {
    const waiting = spreading('Ignore');
    const promised = testPod({ name: 'promised', labels: app });
    assert.equal(after(spread, waiting, 'AssignedPod', 'delete', promised, undefined), 'skip');
  });
});
