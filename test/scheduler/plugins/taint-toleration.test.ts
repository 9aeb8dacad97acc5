import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Node, Taint, Toleration } from '../../../src/api/objects.ts';
import { taintToleration } from '../../../src/scheduler/plugins/taint-toleration.ts';
import { nodeTaints } from '../../../src/scheduler/plugins/taints/taint-lists.ts';
import {
  createPlugin,
  cycleFor,
  reasonsOf,
  scoresOf,
  testCluster,
  testNode,
  testPod,
  testToleration,
} from '../support/cluster.ts';

const refused = 'unresolvable: node(s) had untolerated taint(s)';
const tainted = (name: string, ...taints: string[]): Node => testNode({ name, taints });

function reasonsFor(nodes: readonly Node[], tolerations: readonly Partial<Toleration>[], gate = false) {
  const cluster = testCluster(nodes);
  const plugin = createPlugin(taintToleration, cluster, {}, { featureEnabled: () => gate });
  return reasonsOf(plugin, cycleFor(cluster, testPod({ tolerations })));
}

describe('the filter of TaintToleration', () => {
  it('keeps pods off nodes with taints that they do not tolerate', () => {
    const nodes = [tainted('a'), tainted('b', 'k=v:NoSchedule'), tainted('c', 'k=v:NoExecute')];
    assert.deepEqual(reasonsFor(nodes, []), { b: refused, c: refused });
  });

  it('does not mind PreferNoSchedule', () => {
    assert.deepEqual(reasonsFor([tainted('a', 'k=v:PreferNoSchedule')], []), {});
  });

  it('compares key, value and effect; empty ones match everything that they may', () => {
    const node = [tainted('a', 'k=v:NoSchedule')];
    const passes = (toleration: Partial<Toleration>): boolean => !('a' in reasonsFor(node, [toleration]));
    assert.ok(passes({ key: 'k', value: 'v', effect: 'NoSchedule' }));
    assert.ok(passes({ key: 'k', value: 'v' }));
    assert.ok(passes({ key: 'k', operator: 'Exists' }));
    assert.ok(passes({ operator: 'Exists' }));
    assert.ok(!passes({ key: 'k', value: 'w' }));
    assert.ok(!passes({ key: 'l', operator: 'Exists' }));
    assert.ok(!passes({ key: 'k', value: 'v', effect: 'NoExecute' }));
  });

  it('compares numbers only where the feature gate allows it', () => {
    const node = [tainted('a', 'level=5:NoSchedule')];
    const passes = (operator: 'Lt' | 'Gt', value: string, gate: boolean): boolean =>
      !('a' in reasonsFor(node, [{ key: 'level', operator, value }], gate));
    assert.ok(passes('Gt', '4', true));
    assert.ok(passes('Lt', '6', true));
    assert.ok(!passes('Gt', '5', true));
    assert.ok(!passes('Lt', '5', true));
    assert.ok(!passes('Gt', 'four', true));
    assert.ok(!passes('Lt', '9223372036854775808', true));
    assert.ok(!passes('Gt', '4', false));
  });

  it('follows taints that come and go', () => {
    const cluster = testCluster([tainted('a'), tainted('b', 'k=v:NoSchedule')]);
    const plugin = createPlugin(taintToleration, cluster);
    const reasons = (): Record<string, string> => reasonsOf(plugin, cycleFor(cluster, testPod()));
    assert.deepEqual(reasons(), { b: refused });
    cluster.setNode(tainted('a', 'new=taint:NoExecute'));
    cluster.setNode(tainted('b'));
    assert.deepEqual(reasons(), { a: refused });
    cluster.removeNode('a');
    cluster.setNode(tainted('c'));
    assert.deepEqual(reasons(), {});
  });

  it('stays right when thousands of different taints have come and gone', () => {
    const cluster = testCluster([tainted('a'), tainted('b', 'b=b:NoSchedule'), tainted('c', 'c=c:NoSchedule')]);
    const plugin = createPlugin(taintToleration, cluster);
    const pod = testPod({ tolerations: [{ key: 'c', operator: 'Exists' }] });
    for (let i = 0; i < 3000; i += 1) {
      cluster.setNode(tainted('a', `k=${i}:NoSchedule`));
      if (i % 500 === 0) assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, pod)), { a: refused, b: refused });
    }
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, pod)), { a: refused, b: refused });
  });
});

describe('the taints of all nodes', () => {
  it('have one number per distinct list, and 0 for none', () => {
    const cluster = testCluster([tainted('a', 'k=v:NoSchedule'), tainted('b', 'k=v:NoSchedule'), tainted('c')]);
    const { hard, soft } = cluster.part(nodeTaints);
    const numbers = (): number[] => ['a', 'b', 'c'].map((name) => hard.bySlot[cluster.slotOf(name) ?? -1] ?? -1);
    assert.deepEqual([numbers(), hard.taintedNodes, soft.taintedNodes], [[1, 1, 0], 2, 0]);
    cluster.setNode(tainted('a', 'k=v:PreferNoSchedule'));
    cluster.setNode(tainted('c', 'k=w:NoExecute'));
    assert.deepEqual([numbers(), hard.taintedNodes, soft.taintedNodes], [[0, 1, 2], 2, 1]);
    for (const name of ['a', 'b', 'c']) cluster.setNode(tainted(name));
    assert.deepEqual([numbers(), hard.taintedNodes, soft.taintedNodes], [[0, 0, 0], 0, 0]);
  });
});

describe('the scores of TaintToleration', () => {
  it('are 100 for all nodes when nothing is tainted', () => {
    const cluster = testCluster([tainted('a'), tainted('b')]);
    const scores = scoresOf(createPlugin(taintToleration, cluster), cycleFor(cluster, testPod()));
    assert.deepEqual(scores, { raw: { a: 0, b: 0 }, normalized: { a: 100, b: 100 } });
  });

  it('fall with the PreferNoSchedule taints that the pod does not tolerate', () => {
    const nodes = [
      tainted('a'),
      tainted('b', 'x=1:PreferNoSchedule', 'y=1:PreferNoSchedule', 'z=1:PreferNoSchedule'),
      tainted('c', 'x=1:PreferNoSchedule', 'q=1:NoSchedule'),
    ];
    const cluster = testCluster(nodes);
    const plugin = createPlugin(taintToleration, cluster);
    const scores = (tolerations: readonly Partial<Toleration>[]) =>
      scoresOf(plugin, cycleFor(cluster, testPod({ tolerations })));
    assert.deepEqual(scores([]), { raw: { a: 0, b: 3, c: 1 }, normalized: { a: 100, b: 0, c: 67 } });
    // A toleration of another effect says nothing about preferences.
    assert.deepEqual(scores([{ key: 'x', operator: 'Exists', effect: 'NoSchedule' }]), scores([]));
    assert.deepEqual(scores([{ key: 'x', operator: 'Exists' }]), {
      raw: { a: 0, b: 2, c: 0 },
      normalized: { a: 100, b: 0, c: 100 },
    });
  });
});

describe('TaintToleration over any taints and tolerations', () => {
  const key = fc.constantFrom('a', 'b');
  const value = fc.constantFrom('', '1', '2');
  const effect = fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'NoExecute');
  const taints = fc.array(fc.record({ key, value, effect }), { maxLength: 3 });
  const toleration = fc.record({
    key: fc.constantFrom('', 'a', 'b'),
    operator: fc.constantFrom('Equal', 'Exists', 'Lt', 'Gt'),
    value,
    effect: fc.constantFrom('', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'),
  });

  /** Written out case by case, for the gate switched off. */
  function covers(t: Toleration, taint: Taint): boolean {
    const sameEffect = t.effect === '' ? true : t.effect === taint.effect;
    const sameKey = t.key === '' ? true : t.key === taint.key;
    const sameValue = t.operator === 'Exists' || (t.operator === 'Equal' && t.value === taint.value);
    return sameEffect && sameKey && sameValue;
  }

  it('says what a look at every taint says, also after nodes have changed', () => {
    const steps = fc.array(fc.record({ node: fc.nat({ max: 4 }), taints }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(steps, fc.array(toleration, { maxLength: 3 }), (changes, words) => {
        const cluster = testCluster([]);
        const plugin = createPlugin(taintToleration, cluster);
        const tolerations = words.map(testToleration);
        const pod = testPod({ tolerations });
        const now = new Map<string, readonly Taint[]>();
        for (const change of changes) {
          const name = `n${change.node}`;
          const base = testNode({ name });
          cluster.setNode({ ...base, spec: { ...base.spec, taints: change.taints } });
          now.set(name, change.taints);
          const untolerated = (list: readonly Taint[]): Taint[] =>
            list.filter((taint) => !tolerations.some((each) => covers(each, taint)));
          const refusedNodes = [...now].filter(([, list]) =>
            untolerated(list).some((taint) => taint.effect !== 'PreferNoSchedule'),
          );
          const reasons = reasonsOf(plugin, cycleFor(cluster, pod));
          assert.deepEqual(Object.keys(reasons).sort(), refusedNodes.map(([node]) => node).sort());
          const scores = scoresOf(plugin, cycleFor(cluster, pod));
          const raw = Object.fromEntries(
            [...now].map(([node, list]) => [
              node,
              untolerated(list).filter((taint) => taint.effect === 'PreferNoSchedule').length,
            ]),
          );
          assert.deepEqual(scores === 'skip' ? scores : scores.raw, raw);
        }
      }),
    );
  });
});

describe('the queueing hints of TaintToleration', () => {
  const cluster = testCluster([]);
  const [onNode, onPod] = createPlugin(taintToleration, cluster).events ?? [];
  const pod = testPod({ metadata: { uid: 'u' }, tolerations: [{ key: 'ok', operator: 'Exists' }] });
  const info = cluster.info(pod);
  const node = (before: Node | undefined, after: Node) =>
    onNode?.hint?.(info, { resource: 'Node', actions: ['update-taints'], after, ...(before && { before }) });

  it('wake a pod for a node that it tolerates now and did not before', () => {
    const bad = tainted('a', 'bad=1:NoSchedule');
    assert.equal(node(undefined, tainted('a')), 'queue');
    assert.equal(node(undefined, bad), 'skip');
    assert.equal(node(bad, tainted('a', 'ok=1:NoSchedule')), 'queue');
    assert.equal(node(tainted('a'), tainted('a', 'ok=1:NoSchedule')), 'skip');
    assert.equal(node(bad, tainted('a', 'worse=1:NoExecute')), 'skip');
  });

  it('wake a pod whose own tolerations have changed', () => {
    const update = (after: typeof pod) =>
      onPod?.hint?.(info, { resource: 'UnscheduledPod', actions: ['update-tolerations'], before: pod, after });
    assert.equal(update(testPod({ metadata: { uid: 'u' } })), 'queue');
    assert.equal(update(testPod({ metadata: { uid: 'v' } })), 'skip');
  });
});
