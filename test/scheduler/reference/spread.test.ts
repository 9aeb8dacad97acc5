import assert from 'node:assert/strict';
import type { Node, Pod, ReplicaSet, SelectingService, TopologySpreadConstraint } from '../../../src/api/objects.ts';
import { testNode, testPod } from '../support/objects.ts';
import { emptyCluster, type ReferenceCluster } from './cluster.ts';
import { referenceSchedule } from './schedule.ts';
import { refusals, scoresOf, selecting, spreadConstraint } from './words.ts';

const app = { app: 'web' };
const uneven = "unschedulable: node(s) didn't match pod topology spread constraints";
const noLabel = "unresolvable: node(s) didn't match pod topology spread constraints (missing required label)";

const inZone = (zone: string, name = `n-${zone}`): Node => testNode({ name, labels: { zone } });
const podsOn = (nodeName: string, count: number, words: Parameters<typeof testPod>[0] = {}): Pod[] =>
  Array.from({ length: count }, (_, index) =>
    testPod({ name: `${nodeName}-${index}`, labels: app, nodeName, ...words }),
  );

const spreading = (words: Partial<TopologySpreadConstraint>, pod: Parameters<typeof testPod>[0] = {}): Pod =>
  testPod({
    labels: app,
    ...pod,
    spec: { topologySpreadConstraints: [spreadConstraint({ labelSelector: selecting(app), ...words })], ...pod.spec },
  });

/** Three zones with 3, 5 and no pods. */
const three: ReferenceCluster = emptyCluster({
  nodes: ['a', 'b', 'c'].map((zone) => inZone(zone)),
  pods: [...podsOn('n-a', 3), ...podsOn('n-b', 5)],
});

describe('a spread constraint that must hold', () => {
  it('keeps a pod out of domains that would have too many more than the emptiest', () => {
    assert.deepEqual(refusals(referenceSchedule(three, spreading({ maxSkew: 5 }))), { 'n-b': uneven });
    assert.deepEqual(refusals(referenceSchedule(three, spreading({ maxSkew: 3 }))), { 'n-a': uneven, 'n-b': uneven });
  });

  it('does not count the pod itself if its own selector passes it over', () => {
    assert.deepEqual(refusals(referenceSchedule(three, spreading({ maxSkew: 5 }, { labels: {} }))), {});
  });

  it('takes the emptiest domain for empty while there are too few', () => {
    const two = { ...three, nodes: three.nodes.slice(0, 2) };
    assert.deepEqual(refusals(referenceSchedule(two, spreading({ maxSkew: 3 }))), {});
    const both = { 'n-a': uneven, 'n-b': uneven };
    assert.deepEqual(refusals(referenceSchedule(two, spreading({ maxSkew: 3, minDomains: 3 }))), both);
  });

  it('refuses nodes without the label', () => {
    const nodes = [...three.nodes, testNode({ name: 'nowhere' })];
    assert.equal(refusals(referenceSchedule({ ...three, nodes }, spreading({ maxSkew: 9 }))).nowhere, noLabel);
  });

  it('leaves out nodes that the pod may not use, as its policies say', () => {
    const nodes = [
      inZone('a'),
      inZone('b'),
      testNode({ name: 'n-c', labels: { zone: 'c', old: 'y' }, taints: ['t:NoSchedule'] }),
    ];
    const cluster = { ...three, nodes };
    const refusedBy = (words: Partial<TopologySpreadConstraint>, spec: Parameters<typeof testPod>[0] = {}): string[] =>
      Object.entries(refusals(referenceSchedule(cluster, spreading({ maxSkew: 3, ...words }, spec)))).flatMap(
        ([name, refusal]) => (refusal === uneven ? [name] : []),
      );
    assert.deepEqual(refusedBy({}), ['n-a', 'n-b']);
    assert.deepEqual(refusedBy({ nodeTaintsPolicy: 'Honor' }), []);
    const affinity = {
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'old', operator: 'DoesNotExist' as const, values: [] }], matchFields: [] },
          ],
        },
        preferred: [],
      },
    };
    assert.deepEqual(refusedBy({}, { spec: { affinity } }), []);
    assert.deepEqual(refusedBy({ nodeAffinityPolicy: 'Ignore' }, { spec: { affinity } }), ['n-a', 'n-b']);
  });

  it('does not count pods that are being deleted, of other namespaces, or that nothing selects', () => {
    const leaving = podsOn('n-a', 3, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const foreign = podsOn('n-b', 3, { namespace: 'other' });
    const cluster = emptyCluster({ nodes: three.nodes, pods: [...leaving, ...foreign] });
    assert.deepEqual(refusals(referenceSchedule(cluster, spreading({}))), {});
    assert.deepEqual(refusals(referenceSchedule(three, spreading({ labelSelector: selecting({}) }))), {});
    const { labelSelector: _, ...none } = spreadConstraint();
    const pod = testPod({ labels: app, spec: { topologySpreadConstraints: [none] } });
    assert.deepEqual(refusals(referenceSchedule(three, pod)), {});
  });

  it('adds the values of its match label keys to the selector', () => {
    const labels = { ...app, version: '2' };
    const pods = [...podsOn('n-a', 3, { labels: { ...app, version: '1' } }), ...podsOn('n-b', 1, { labels })];
    const cluster = emptyCluster({ nodes: three.nodes, pods });
    const pod = spreading({ matchLabelKeys: ['version', 'absent'] }, { labels });
    assert.deepEqual(refusals(referenceSchedule(cluster, pod)), { 'n-b': uneven });
  });
});

describe('a spread constraint that should hold', () => {
  const soft = { whenUnsatisfiable: 'ScheduleAnyway' } as const;

  it('scores 58, 33 and 100 for zones with 3, 5 and no pods', () => {
    const decision = referenceSchedule(three, spreading({ ...soft, maxSkew: 5 }));
    assert.deepEqual(scoresOf(decision, 'PodTopologySpread'), { raw: [9, 12, 4], normalized: [58, 33, 100] });
  });

  it('gives nothing to nodes without the label', () => {
    const nodes = [...three.nodes, testNode({ name: 'nowhere' })];
    const decision = referenceSchedule({ ...three, nodes }, spreading({ ...soft, maxSkew: 5 }));
    assert.deepEqual(scoresOf(decision, 'PodTopologySpread')?.normalized, [58, 33, 100, 0]);
  });

  it('gives everything to all while there is no pod', () => {
    const decision = referenceSchedule({ ...three, pods: [] }, spreading({ ...soft }));
    assert.deepEqual(scoresOf(decision, 'PodTopologySpread')?.normalized, [100, 100, 100]);
  });

  it('counts hosts one by one', () => {
    const nodes = ['a', 'b'].map((name) => testNode({ name, labels: { 'kubernetes.io/hostname': 'same' } }));
    const cluster = emptyCluster({ nodes, pods: podsOn('a', 2) });
    const decision = referenceSchedule(cluster, spreading({ ...soft, topologyKey: 'kubernetes.io/hostname' }));
    assert.deepEqual(scoresOf(decision, 'PodTopologySpread')?.raw, [Math.round(2 * Math.log(4)), 0]);
  });
});

describe('spreading by default', () => {
  const service: SelectingService = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {} },
    spec: { selector: app },
  };
  const nodes = ['a', 'b'].map((name) =>
    testNode({ name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': name } }),
  );
  const cluster = emptyCluster({ nodes, pods: podsOn('a', 2), objects: [service] });

  it('is over hosts and zones for pods of a Service', () => {
    const decision = referenceSchedule(cluster, testPod({ labels: app }));
    // Hosts: 2 ln 4 + 2; zones: 2 ln 4 + 4. The empty node: 2 + 4.
    assert.deepEqual(scoresOf(decision, 'PodTopologySpread')?.raw, [Math.round(4 * Math.log(4) + 6), 6]);
  });

  it('is not for other pods', () => {
    assert.equal(
      scoresOf(referenceSchedule(cluster, testPod({ labels: { app: 'db' } })), 'PodTopologySpread'),
      undefined,
    );
    assert.equal(
      scoresOf(referenceSchedule({ ...cluster, objects: [] }, testPod({ labels: app })), 'PodTopologySpread'),
      undefined,
    );
  });

  it('goes by the selector of the controller as well', () => {
    const set: ReplicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {} },
      spec: { selector: selecting({ tier: 'front' }) },
    };
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', controller: true }];
    const pod = testPod({ labels: { ...app, tier: 'front' }, metadata: { ownerReferences } });
    const decision = referenceSchedule({ ...cluster, objects: [service, set] }, pod);
    assert.deepEqual(scoresOf(decision, 'PodTopologySpread')?.raw, [6, 6]);
  });

  it('takes nodes without a zone for one more zone, and spreads over their names', () => {
    const bare = testNode({ name: 'c', labels: { 'kubernetes.io/hostname': 'c' } });
    const decision = referenceSchedule({ ...cluster, nodes: [...nodes, bare] }, testPod({ labels: app }));
    const weight = Math.log(3 + 2);
    const byName = Object.fromEntries(
      decision.feasible.map((name, index) => [name, scoresOf(decision, 'PodTopologySpread')?.raw[index]]),
    );
    assert.deepEqual(byName, { a: Math.round(4 * weight + 6), b: 6, c: 2 });
  });

  it('may be by constraints of the profile, which can also forbid', () => {
    const { labelSelector: _, ...constraint } = spreadConstraint({ topologyKey: 'kubernetes.io/hostname' });
    const spreadDefaults = { defaultingType: 'List', defaultConstraints: [constraint] } as const;
    const decision = referenceSchedule(cluster, testPod({ labels: app }), { spreadDefaults });
    assert.deepEqual(refusals(decision), { a: uneven });
  });
});
