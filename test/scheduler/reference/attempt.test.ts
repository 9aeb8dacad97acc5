import assert from 'node:assert/strict';
import type { Pod } from '../../../src/api/objects.ts';
import { testNode, testPod } from '../support/objects.ts';
import { emptyCluster } from './cluster.ts';
import { fitErrorMessage } from './fit-error.ts';
import { type ReferenceDecision, referenceSchedule } from './schedule.ts';
import { nodeTerm, podTerm, refusals, requirement, selecting } from './words.ts';

const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `n${from + index}`);

/** 300 nodes; those whose number the predicate holds for are cordoned. */
const many = (isCordoned: (number: number) => boolean): ReturnType<typeof emptyCluster> =>
  emptyCluster({ nodes: names(0, 300).map((name, number) => testNode({ name, unschedulable: isCordoned(number) })) });

describe('the search for feasible nodes', () => {
  it('looks at every node of a small cluster and comes back to where it began', () => {
    const cluster = emptyCluster({ nodes: names(0, 5).map((name) => testNode({ name })) });
    const decision = referenceSchedule(cluster, testPod(), { startIndex: 2 });
    assert.deepEqual(decision.feasible, ['n2', 'n3', 'n4', 'n0', 'n1']);
    assert.equal(decision.nextStartIndex, 2);
    assert.equal(decision.chosen, 'n2');
  });

  it('stops at enough, and the next one goes on from there', () => {
    // 48 % of 300 nodes.
    const decision = referenceSchedule(
      many(() => false),
      testPod(),
      { startIndex: 200 },
    );
    assert.deepEqual(decision.feasible, [...names(200, 300), ...names(0, 44)]);
    assert.equal(decision.nextStartIndex, 44);
  });

  it('counts refused nodes among those that were looked at', () => {
    const decision = referenceSchedule(
      many((number) => number % 2 === 1),
      testPod(),
    );
    assert.equal(decision.feasible.length, 144);
    assert.equal(decision.nextStartIndex, 288);
    assert.equal(decision.diagnosis.byNode.size, 144);
    assert.equal(decision.verdicts.size, 300);
  });

  it('looks only at nodes that PreFilter names, but turns the start by all nodes', () => {
    const matchFields = ['n3', 'gone', 'n7'].map((name) => requirement('metadata.name', 'In', name));
    const nodeSelectorTerms = matchFields.map((field) => nodeTerm({ matchFields: [field] }));
    const affinity = { nodeAffinity: { required: { nodeSelectorTerms }, preferred: [] } };
    const decision = referenceSchedule(
      many((number) => number === 7),
      testPod({ spec: { affinity } }),
      { startIndex: 299 },
    );
    assert.deepEqual(decision.feasible, ['n3']);
    assert.equal(decision.nextStartIndex, 1);
  });
});

describe('a pod that was promised a node', () => {
  const cluster = emptyCluster({ nodes: names(0, 3).map((name) => testNode({ name, unschedulable: name === 'n1' })) });

  it('goes there if it can, whatever the other nodes would score', () => {
    const decision = referenceSchedule(cluster, testPod({ status: { nominatedNodeName: 'n2' } }), { startIndex: 1 });
    assert.deepEqual([decision.feasible, decision.nextStartIndex], [['n2'], 1]);
  });

  it('is taken elsewhere if it cannot', () => {
    for (const nominatedNodeName of ['n1', 'gone']) {
      const decision = referenceSchedule(cluster, testPod({ status: { nominatedNodeName } }));
      assert.deepEqual(decision.feasible, ['n0', 'n2']);
    }
  });
});

describe('pods that were promised a node', () => {
  const promised = (priority: number, words: Parameters<typeof testPod>[0] = {}): Pod =>
    testPod({ name: 'promised', priority, status: { nominatedNodeName: 'n0' }, ...words });
  const refusalsWith = (nominated: readonly Pod[], pod: Pod): Record<string, string> =>
    refusals(
      referenceSchedule(emptyCluster({ nodes: [testNode({ name: 'n0', labels: { host: 'n0' } })], nominated }), pod),
    );
  const cpu = 'unschedulable: Insufficient cpu';

  it('are taken to be there for pods that are not more important', () => {
    const requests = { cpu: '3' };
    assert.deepEqual(refusalsWith([promised(5, { requests })], testPod({ requests, priority: 5 })), { n0: cpu });
    assert.deepEqual(refusalsWith([promised(5, { requests })], testPod({ requests, priority: 6 })), {});
    assert.deepEqual(refusalsWith([promised(5, { requests })], promised(5, { requests })), {});
  });

  it('must not be needed either', () => {
    const term = podTerm({ topologyKey: 'host', labelSelector: selecting({ app: 'web' }) });
    const affinity = { podAffinity: { required: [term], preferred: [] } };
    const refused = refusalsWith([promised(5, { labels: { app: 'web' } })], testPod({ spec: { affinity } }));
    assert.deepEqual(refused, { n0: "unresolvable: node(s) didn't match pod affinity rules" });
  });

  it('do not make a plugin look that PreFilter has sent away', () => {
    const term = podTerm({ topologyKey: 'host', labelSelector: selecting({}) });
    const affinity = { podAntiAffinity: { required: [term], preferred: [] } };
    assert.deepEqual(refusalsWith([promised(5, { spec: { affinity } })], testPod()), {});
  });
});

describe('pods that do not count', () => {
  it('have ended, have no node, or a node that is gone; pods being deleted do', () => {
    const requests = { cpu: '4' };
    const pods = [
      testPod({ name: 'done', nodeName: 'n', requests, status: { phase: 'Succeeded' } }),
      testPod({ name: 'failed', nodeName: 'n', requests, status: { phase: 'Failed' } }),
      testPod({ name: 'waiting', requests }),
      testPod({ name: 'elsewhere', nodeName: 'gone', requests }),
    ];
    const nodes = [testNode({ name: 'n' })];
    assert.deepEqual(refusals(referenceSchedule(emptyCluster({ nodes, pods }), testPod({ requests }))), {});
    const leaving = testPod({
      name: 'x',
      nodeName: 'n',
      requests,
      metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
    const decision = referenceSchedule(emptyCluster({ nodes, pods: [leaving] }), testPod({ requests }));
    assert.deepEqual(refusals(decision), { n: 'unschedulable: Insufficient cpu' });
  });
});

describe('the message of a pod that fits nowhere', () => {
  const messageOf = ({ diagnosis }: ReferenceDecision): string => fitErrorMessage(diagnosis);

  it('counts nodes by reason, sorted as text', () => {
    const nodes = [
      ...names(0, 11).map((name) => testNode({ name, unschedulable: true })),
      testNode({ name: 'x', cpu: '1', memory: '1Mi' }),
      testNode({ name: 'y', cpu: '1' }),
    ];
    const decision = referenceSchedule(emptyCluster({ nodes }), testPod({ requests: { cpu: '2', memory: '1Gi' } }));
    const expected =
      '0/13 nodes are available: 1 Insufficient memory, 11 node(s) were unschedulable, 2 Insufficient cpu.';
    assert.equal(messageOf(decision), expected);
  });

  it('is what PreFilter said, where it refused the pod', () => {
    const source = { kind: 'persistentVolumeClaim', claimName: 'c', readOnly: false } as const;
    const cluster = emptyCluster({ nodes: [testNode()] });
    const decision = referenceSchedule(cluster, testPod({ spec: { volumes: [{ name: 'v', source }] } }));
    assert.equal(messageOf(decision), '0/1 nodes are available: persistentvolumeclaim "c" not found.');
  });

  it('tells of nodes that PreFilter left out', () => {
    const term = nodeTerm({ matchFields: [requirement('metadata.name', 'In', 'n1')] });
    const affinity = { nodeAffinity: { required: { nodeSelectorTerms: [term] }, preferred: [] } };
    const nodes = names(0, 3).map((name) => testNode({ name, cpu: '1' }));
    const decision = referenceSchedule(
      emptyCluster({ nodes }),
      testPod({ requests: { cpu: '2' }, spec: { affinity } }),
    );
    const expected = "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].";
    assert.equal(messageOf(decision), expected);
  });

  it('is another one in an empty cluster', () => {
    assert.equal(messageOf(referenceSchedule(emptyCluster(), testPod())), 'no nodes available to schedule pods');
  });
});
