import assert from 'node:assert/strict';
import type { Namespace, Pod } from '../../../src/api/objects.ts';
import { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import { ObjectTable } from '../../../src/scheduler/cluster/object-table.ts';
import { noDomain, TopologyColumn } from '../../../src/scheduler/cluster/topology-column.ts';
import { testNode, testPod } from '../support/objects.ts';

const namespace = (name: string, team: string): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { team }, annotations: {} },
});

describe('the column of a node label', () => {
  const labelled = (rack: string) => testNode({ labels: { rack } });

  it('numbers values, and counts the nodes that have each', () => {
    const column = new TopologyColumn('rack', 4);
    column.set(0, labelled('x'));
    column.set(1, labelled('y'));
    column.set(2, labelled('x'));
    column.set(3, testNode());
    assert.deepEqual([...column.domains], [0, 1, 0, noDomain]);
    assert.deepEqual([column.nodeCount(0), column.nodeCount(1)], [2, 1]);
    assert.deepEqual([column.value(1), column.domainOf('y'), column.domainOf('z')], ['y', 1, noDomain]);
  });

  it('keeps the number of a value that no node has any more', () => {
    const column = new TopologyColumn('rack', 1);
    column.set(0, labelled('x'));
    column.set(0, labelled('y'));
    column.set(0, undefined);
    assert.deepEqual([column.nodeCount(0), column.nodeCount(1), column.domainCount], [0, 0, 2]);
    column.set(0, labelled('x'));
    assert.equal(column.domains[0], 0);
  });

  it('grows with places for nodes that have no such label', () => {
    const column = new TopologyColumn('rack', 1);
    column.set(0, labelled('x'));
    column.grow(3);
    assert.deepEqual([...column.domains], [0, noDomain, noDomain]);
  });
});

describe('the table of other objects', () => {
  it('gives what was last set, in the order in which objects first came', () => {
    const table = new ObjectTable();
    table.set('Namespace', namespace('a', '1'));
    table.set('Namespace', namespace('b', '1'));
    const before = table.set('Namespace', namespace('a', '2'));
    assert.equal(before?.metadata.labels.team, '1');
    assert.deepEqual(
      [...table.list('Namespace')].map(({ metadata }) => `${metadata.name}${metadata.labels.team}`),
      ['a2', 'b1'],
    );
    assert.equal(table.get('Namespace', '', 'a')?.metadata.labels.team, '2');
    assert.equal(table.get('Namespace', 'default', 'a'), undefined);
    assert.equal(table.size('Namespace'), 2);
    assert.equal(table.size('Service'), 0);
  });

  it('tells of each change of a kind what was and what is, and grows its generation', () => {
    const table = new ObjectTable();
    const told: unknown[] = [];
    table.listen('Namespace', (before, after) => {
      told.push([before?.metadata.labels.team, after?.metadata.labels.team, table.size('Namespace')]);
    });
    const generations = [table.generation('Namespace')];
    const note = (): number => generations.push(table.generation('Namespace'));
    table.set('Namespace', namespace('a', '1'));
    note();
    table.set('Namespace', namespace('a', '2'));
    note();
    assert.equal(table.delete('Namespace', namespace('a', 'x')), true);
    note();
    assert.equal(table.delete('Namespace', namespace('a', 'x')), false);
    assert.deepEqual(told, [
      [undefined, '1', 1],
      ['1', '2', 1],
      ['2', undefined, 0],
    ]);
    assert.deepEqual(
      generations,
      [...new Set(generations)].sort((a, b) => a - b),
    );
    assert.equal(table.generation('Service'), 0);
  });
});

describe('the shape of a pod', () => {
  const cluster = new ClusterState();
  const shapeOf = (pod: Pod) => cluster.info(pod).shape;
  const plain = testPod({ name: 'a', labels: { app: 'web', tier: 'x' }, requests: { cpu: '1' } });

  it('is that of others that differ in name, node, history and order of labels only', () => {
    const twin: Pod = {
      ...plain,
      metadata: { ...plain.metadata, name: 'b', labels: { tier: 'x', app: 'web' }, uid: 'u' },
      spec: { ...structuredClone(plain.spec), nodeName: 'n', schedulerName: 'other' },
      status: { ...plain.status, phase: 'Running', startTime: '2024-01-01T00:00:00Z' },
    };
    assert.equal(shapeOf(twin), shapeOf(plain));
    assert.equal(cluster.info(twin).startTimeMs, Date.parse('2024-01-01T00:00:00Z'));
    assert.equal(cluster.info(twin).key, 'u');
    assert.equal(cluster.info(plain).key, 'default/a');
  });

  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'rs', controller: true };
  for (const [what, other] of [
    ['labels', { ...plain, metadata: { ...plain.metadata, labels: { app: 'web' } } }],
    ['a namespace', { ...plain, metadata: { ...plain.metadata, namespace: 'team-a' } }],
    ['an owner', { ...plain, metadata: { ...plain.metadata, ownerReferences: [owner] } }],
    ['requests', testPod({ name: 'a', labels: { app: 'web', tier: 'x' }, requests: { cpu: '2' } })],
    ['a priority', { ...plain, spec: { ...plain.spec, priority: 1 } }],
  ] as const) {
    it(`is not that of a pod with other ${what}, also where the spec is the same object`, () => {
      assert.notEqual(shapeOf(other), shapeOf(plain));
      assert.equal(shapeOf({ ...other, metadata: { ...other.metadata, name: 'z' } }), shapeOf(other));
      assert.equal(shapeOf(plain), shapeOf({ ...plain }));
    });
  }

  it('tells owners of one kind and name in two groups apart', () => {
    const ownedBy = (apiVersion: string): Pod => ({
      ...plain,
      metadata: { ...plain.metadata, ownerReferences: [{ ...owner, apiVersion }] },
    });
    assert.notEqual(shapeOf(ownedBy('apps/v1')), shapeOf(ownedBy('example.com/v1')));
    assert.equal(shapeOf(ownedBy('apps/v1')), shapeOf(ownedBy('apps/v1')));
  });

  it('shares its set of labels with other shapes of the same labels and namespace', () => {
    const larger = { ...plain, spec: { ...plain.spec, priority: 7 } };
    assert.equal(shapeOf(larger).labelSet, shapeOf(plain).labelSet);
    const elsewhere = { ...plain, metadata: { ...plain.metadata, namespace: 'team-a' } };
    assert.notEqual(shapeOf(elsewhere).labelSet, shapeOf(plain).labelSet);
  });
});
