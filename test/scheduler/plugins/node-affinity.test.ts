import assert from 'node:assert/strict';
import fc from 'fast-check';
import type {
  Labels,
  Node,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
} from '../../../src/api/objects.ts';
import { nodeAffinity } from '../../../src/scheduler/plugins/node-affinity.ts';
import { createPlugin, cycleFor, reasonsOf, scoresOf, testCluster, testNode, testPod } from '../support/cluster.ts';

const refused = "unresolvable: node(s) didn't match Pod's node affinity/selector";
const enforced = "unresolvable: node(s) didn't match scheduler-enforced node affinity";

const labelled = (name: string, labels: Labels = {}): Node => testNode({ name, labels });
const expression = (
  key: string,
  operator: NodeSelectorRequirement['operator'],
  ...values: string[]
): NodeSelectorRequirement => ({ key, operator, values });
const term = (...matchExpressions: NodeSelectorRequirement[]): NodeSelectorTerm => ({
  matchExpressions,
  matchFields: [],
});
const named = (...requirements: NodeSelectorRequirement[]): NodeSelectorTerm => ({
  matchExpressions: [],
  matchFields: requirements,
});
const podWith = (affinity: Partial<NodeAffinity>, nodeSelector: Labels = {}): Pod =>
  testPod({ nodeSelector, spec: { affinity: { nodeAffinity: { preferred: [], ...affinity } } } });
const requiring = (...nodeSelectorTerms: NodeSelectorTerm[]): Pod => podWith({ required: { nodeSelectorTerms } });

function reasonsFor(nodes: readonly Node[], pod: Pod, args: unknown = {}): Record<string, string> {
  const cluster = testCluster(nodes);
  return reasonsOf(createPlugin(nodeAffinity, cluster, args), cycleFor(cluster, pod));
}

describe('the filter of NodeAffinity', () => {
  const nodes = [
    labelled('a', { disk: 'ssd', cores: '8' }),
    labelled('b', { disk: 'hdd', cores: '16' }),
    labelled('c'),
  ];
  const refusedBy = (pod: Pod): string => Object.keys(reasonsFor(nodes, pod)).join(' ');

  it('has nothing to say of a pod that demands nothing', () => {
    const cluster = testCluster(nodes);
    const plugin = createPlugin(nodeAffinity, cluster);
    assert.equal(plugin.preFilter?.(cycleFor(cluster, testPod())), 'skip');
  });

  it('keeps a pod to nodes that its nodeSelector and its affinity select', () => {
    assert.deepEqual(reasonsFor(nodes, testPod({ nodeSelector: { disk: 'ssd' } })), { b: refused, c: refused });
    const required = { nodeSelectorTerms: [term(expression('cores', 'Exists'))] };
    assert.equal(refusedBy(podWith({ required }, { disk: 'hdd' })), 'a c');
  });

  it('knows all operators; what needs a label is not met without it', () => {
    assert.equal(refusedBy(requiring(term(expression('disk', 'In', 'ssd', 'nvme')))), 'b c');
    assert.equal(refusedBy(requiring(term(expression('disk', 'NotIn', 'ssd')))), 'a');
    assert.equal(refusedBy(requiring(term(expression('disk', 'Exists')))), 'c');
    assert.equal(refusedBy(requiring(term(expression('disk', 'DoesNotExist')))), 'a b');
    assert.equal(refusedBy(requiring(term(expression('cores', 'Gt', '8')))), 'a c');
    assert.equal(refusedBy(requiring(term(expression('cores', 'Lt', '16')))), 'b c');
  });

  it('needs any of the terms and, within one, everything', () => {
    const both = term(expression('disk', 'Exists'), expression('cores', 'In', '16'));
    assert.equal(refusedBy(requiring(both)), 'a c');
    assert.equal(refusedBy(requiring(both, term(expression('disk', 'DoesNotExist')))), 'a');
  });

  it('refuses every node for no terms and for empty ones', () => {
    assert.equal(refusedBy(requiring()), 'a b c');
    assert.equal(refusedBy(requiring(term())), 'a b c');
  });

  it('looks only at the nodes that all terms name', () => {
    const cluster = testCluster(nodes);
    const plugin = createPlugin(nodeAffinity, cluster);
    const verdict = (pod: Pod) => plugin.preFilter?.(cycleFor(cluster, pod));
    const name = (...names: string[]): NodeSelectorTerm =>
      named(...names.map((each) => expression('metadata.name', 'In', each)));
    assert.deepEqual(verdict(requiring(name('a'), name('c'))), { nodeNames: new Set(['a', 'c']) });
    assert.equal(verdict(requiring(name('a'), term(expression('disk', 'Exists')))), undefined);
    assert.equal(verdict(requiring(named(expression('metadata.name', 'NotIn', 'a')))), undefined);
    assert.deepEqual(verdict(requiring(name('a', 'b'))), {
      code: 'unresolvable',
      plugin: 'NodeAffinity',
      reasons: ['pod affinity terms conflict'],
    });
    assert.deepEqual(verdict(requiring(name('a', 'b'), name('c'))), { nodeNames: new Set(['c']) });
  });

  it('matches names of nodes together with their labels', () => {
    const a = expression('metadata.name', 'In', 'a');
    assert.equal(refusedBy(requiring({ matchExpressions: [expression('disk', 'In', 'hdd')], matchFields: [a] })), 'a');
    assert.equal(refusedBy(requiring(named(expression('metadata.name', 'NotIn', 'a')))), 'a');
  });

  it('asks for the affinity of the profile first', () => {
    const args = {
      addedAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'Exists' }] }],
        },
      },
    };
    assert.deepEqual(reasonsFor(nodes, testPod(), args), { c: enforced });
    assert.deepEqual(reasonsFor(nodes, testPod({ nodeSelector: { cores: '8' } }), args), { b: refused, c: enforced });
  });

  it('follows labels that change and nodes that take the place of others', () => {
    const cluster = testCluster(Array.from({ length: 20 }, (_, i) => labelled(`n${i}`, { zone: 'x' })));
    const plugin = createPlugin(nodeAffinity, cluster);
    const reasons = (): string[] =>
      Object.keys(reasonsOf(plugin, cycleFor(cluster, testPod({ nodeSelector: { zone: 'x' } }))));
    assert.deepEqual(reasons(), []);
    cluster.setNode(labelled('n3', { zone: 'y' }));
    assert.deepEqual(reasons(), ['n3']);
    cluster.setNode(labelled('n3', { zone: 'x' }));
    cluster.removeNode('n5');
    cluster.setNode(labelled('new', { zone: 'z' }));
    assert.deepEqual(reasons(), ['new']);
    for (let i = 0; i < 100; i += 1) cluster.setNode(labelled(`more${i}`, { zone: i < 99 ? 'x' : 'y' }));
    assert.deepEqual(reasons(), ['new', 'more99']);
  });
});

describe('the scores of NodeAffinity', () => {
  const nodes = [labelled('a', { x: '1', y: '1' }), labelled('b', { x: '1' }), labelled('c')];
  const prefer = (weight: number, key: string) => ({ weight, preference: term(expression(key, 'Exists')) });

  it('are left out for a pod that prefers nothing', () => {
    const cluster = testCluster(nodes);
    assert.equal(scoresOf(createPlugin(nodeAffinity, cluster), cycleFor(cluster, testPod())), 'skip');
  });

  it('are sums of weights, scaled to 100', () => {
    const cluster = testCluster(nodes);
    const pod = podWith({ preferred: [prefer(30, 'x'), prefer(10, 'y'), { weight: 50, preference: term() }] });
    assert.deepEqual(scoresOf(createPlugin(nodeAffinity, cluster), cycleFor(cluster, pod)), {
      raw: { a: 40, b: 30, c: 0 },
      normalized: { a: 100, b: 75, c: 0 },
    });
  });

  it('count what the profile prefers, too', () => {
    const cluster = testCluster(nodes);
    const preferredDuringSchedulingIgnoredDuringExecution = [
      { weight: 5, preference: { matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] } },
    ];
    const args = { addedAffinity: { preferredDuringSchedulingIgnoredDuringExecution } };
    const plugin = createPlugin(nodeAffinity, cluster, args);
    const raw = (pod: Pod) => {
      const scores = scoresOf(plugin, cycleFor(cluster, pod));
      return scores === 'skip' ? scores : scores.raw;
    };
    assert.deepEqual(raw(testPod()), { a: 0, b: 0, c: 5 });
    assert.deepEqual(raw(podWith({ preferred: [prefer(2, 'y')] })), { a: 2, b: 0, c: 5 });
    cluster.setNode(labelled('b'));
    assert.deepEqual(raw(testPod()), { a: 0, b: 5, c: 5 });
  });
});

describe('NodeAffinity over any labels and terms', () => {
  const key = fc.constantFrom('x', 'y');
  const value = fc.constantFrom('1', '2', '-3', 'text');
  const labels = fc.dictionary(key, value, { maxKeys: 2 });
  const requirement: fc.Arbitrary<NodeSelectorRequirement> = fc.oneof(
    fc.record({
      key,
      operator: fc.constantFrom('In', 'NotIn'),
      values: fc.array(value, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist'), values: fc.constant([]) }),
    fc.record({ key, operator: fc.constantFrom('Gt', 'Lt'), values: fc.constantFrom(['1'], ['-5'], ['2']) }),
  );
  const field: fc.Arbitrary<NodeSelectorRequirement> = fc.record({
    key: fc.constant('metadata.name'),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.constantFrom(['n0'], ['n1']),
  });
  const terms = fc.array(
    fc.record({
      matchExpressions: fc.array(requirement, { maxLength: 2 }),
      matchFields: fc.array(field, { maxLength: 1 }),
    }),
    { maxLength: 2 },
  );

  function meets(text: string | undefined, { operator, values }: NodeSelectorRequirement): boolean {
    if (operator === 'Exists') return text !== undefined;
    if (operator === 'DoesNotExist') return text === undefined;
    if (operator === 'NotIn') return text === undefined || !values.includes(text);
    if (text === undefined) return false;
    if (operator === 'In') return values.includes(text);
    const [own, bound] = [Number(text), Number(values[0])];
    return operator === 'Gt' ? own > bound : own < bound;
  }
  const meetsTerm = ({ metadata }: Node, { matchExpressions, matchFields }: NodeSelectorTerm): boolean =>
    matchExpressions.length + matchFields.length > 0 &&
    matchExpressions.every((each) => meets(metadata.labels[each.key], each)) &&
    matchFields.every((each) => meets(metadata.name, each));

  it('says what a look at every node says, also after nodes have changed', () => {
    const changes = fc.array(fc.tuple(fc.nat({ max: 12 }), labels), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(changes, terms, fc.dictionary(key, value, { maxKeys: 1 }), (steps, all, nodeSelector) => {
        const cluster = testCluster(Array.from({ length: 10 }, (_, i) => labelled(`n${i}`)));
        const plugin = createPlugin(nodeAffinity, cluster);
        const preferred = all.map((preference, place) => ({ weight: place + 1, preference }));
        const pod = podWith({ required: { nodeSelectorTerms: all }, preferred }, nodeSelector);
        for (const [which, own] of steps) {
          cluster.setNode(labelled(`n${which}`, own));
          const nodes = [...cluster.order].map((slot) => cluster.node(slot) as Node);
          const expected = nodes.filter(
            (node) =>
              !Object.entries(nodeSelector).every(([k, v]) => node.metadata.labels[k] === v) ||
              !all.some((each) => meetsTerm(node, each)),
          );
          const verdict = plugin.preFilter?.(cycleFor(cluster, pod));
          const reasons = Object.keys(reasonsOf(plugin, cycleFor(cluster, pod)));
          if (verdict === undefined)
            assert.deepEqual(
              reasons,
              expected.map(({ metadata }) => metadata.name),
            );
          const scores = scoresOf(plugin, cycleFor(cluster, pod));
          const raw = nodes.map((node) =>
            preferred.reduce((sum, { weight, preference }) => (meetsTerm(node, preference) ? sum + weight : sum), 0),
          );
          if (scores === 'skip') assert.equal(all.length, 0);
          else assert.deepEqual(Object.values(scores.raw), raw);
        }
      }),
    );
  });
});

describe('the arguments of NodeAffinity', () => {
  const parse = (nodeSelectorTerms: unknown): boolean =>
    nodeAffinity.args?.safeParse({
      addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    }).success === true;

  it('are none unless given', () => {
    assert.deepEqual(nodeAffinity.args?.parse({}), {});
  });

  it('must be node affinity as the API server takes it', () => {
    assert.ok(parse([{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }]));
    assert.ok(!parse([]));
    assert.ok(!parse([{ matchFields: [{ key: 'metadata.uid', operator: 'In', values: ['a'] }] }]));
    assert.ok(!parse([{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a', 'b'] }] }]));
    assert.ok(!parse([{ matchExpressions: [{ key: 'k', operator: 'In' }] }]));
    assert.ok(!parse([{ matchExpressions: [{ key: 'k', operator: 'Exists', values: ['a'] }] }]));
    assert.ok(!parse([{ matchExpressions: [{ key: 'k', operator: 'Gt', values: ['many'] }] }]));
    assert.ok(!parse([{ matchExpressions: [{ key: 'k', operator: 'Near', values: ['1'] }] }]));
  });
});

describe('the queueing hint of NodeAffinity', () => {
  const hintFor = (pod: Pod, args: unknown = {}) => {
    const cluster = testCluster([]);
    const [onNode] = createPlugin(nodeAffinity, cluster, args).events ?? [];
    return (before: Node | undefined, after: Node) =>
      onNode?.hint?.(cluster.info(pod), { resource: 'Node', actions: ['add'], after, ...(before && { before }) });
  };
  const ssd = labelled('a', { disk: 'ssd' });

  it('wakes a pod for a node that matches now and did not before', () => {
    const hint = hintFor(testPod({ nodeSelector: { disk: 'ssd' } }));
    assert.equal(hint(undefined, ssd), 'queue');
    assert.equal(hint(labelled('a'), ssd), 'queue');
    assert.equal(hint(ssd, labelled('a', { disk: 'ssd', more: '1' })), 'skip');
    assert.equal(hint(undefined, labelled('a')), 'skip');
  });

  it('does not wake it for nodes that the profile rules out', () => {
    const args = {
      addedAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'Exists' }] }],
        },
      },
    };
    const hint = hintFor(testPod({ nodeSelector: { disk: 'ssd' } }), args);
    assert.equal(hint(undefined, ssd), 'skip');
    assert.equal(hint(undefined, labelled('a', { disk: 'ssd', gpu: '1' })), 'queue');
  });
});
