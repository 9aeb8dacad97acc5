import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ResourceList } from '../../../src/api/objects.ts';
import type { CompatVersion } from '../../../src/scheduler/framework/plugin-factory.ts';
import { nodeResourcesBalancedAllocation } from '../../../src/scheduler/plugins/node-resources-balanced-allocation.ts';
import { createPlugin, cycleFor, scoresOf, testCluster, testNode, testPod } from '../support/cluster.ts';

function score(
  node: ResourceList,
  taken: ResourceList,
  requests: ResourceList,
  compat: CompatVersion = '1.36',
  args: unknown = {},
): number | 'skip' {
  const assigned = [testPod({ name: 'there', requests: taken, nodeName: 'a' })];
  const cluster = testCluster([testNode({ name: 'a', resources: node })], assigned);
  const plugin = createPlugin(nodeResourcesBalancedAllocation, cluster, args, { compat });
  const scores = scoresOf(plugin, cycleFor(cluster, testPod({ requests })));
  return scores === 'skip' ? scores : (scores.normalized.a ?? Number.NaN);
}

describe('the plugin NodeResourcesBalancedAllocation', () => {
  const small = { cpu: '100m', memory: '500Mi' };

  it('scores what the pod changes: 74 for a small pod on the empty default node', () => {
    // With the pod 99, without it 100: 50 + (50 + 99 − 100) / 2.
    assert.equal(score({ cpu: '4', memory: '32Gi' }, {}, small), 74);
  });

  it('scores how the node stands with the pod, up to 1.35', () => {
    assert.equal(score({ cpu: '4', memory: '32Gi' }, {}, small, '1.34'), 99);
  });

  it('scores 81 where the pod makes use more even', () => {
    // (1000, 8000) of (4000, 10000) is 72, (2000, 8000) is 85.
    const node = { cpu: '4', memory: '10000' };
    assert.equal(score(node, { cpu: '1', memory: '8000' }, { cpu: '1' }), 81);
    assert.equal(score(node, { cpu: '1', memory: '8000' }, { cpu: '1' }, '1.34'), 85);
  });

  it('counts real requests: nothing is assumed for those that are not written', () => {
    assert.equal(score({ cpu: '1', memory: '1000' }, {}, { memory: '0', cpu: '500m' }, '1.34'), 75);
  });

  it('has nothing to say of a pod that asks for none of its resources', () => {
    assert.equal(score({ cpu: '4', memory: '1Gi' }, {}, {}), 'skip');
    assert.equal(score({ cpu: '4', memory: '1Gi' }, {}, { 'example.com/gpu': '1' }), 'skip');
    assert.equal(score({ cpu: '4', memory: '1Gi' }, {}, { cpu: '0' }), 'skip');
  });

  it('finds a node balanced that has fewer than two of the resources', () => {
    assert.equal(score({ cpu: '4', memory: '0' }, {}, { cpu: '1' }), 75);
    assert.equal(score({ cpu: '4', memory: '0' }, {}, { cpu: '1' }, '1.34'), 100);
    assert.equal(score({ cpu: '4' }, {}, { cpu: '1' }, '1.36', { resources: [{ name: 'cpu' }] }), 75);
  });

  it('takes the standard deviation of three resources and more', () => {
    const resources = [{ name: 'cpu' }, { name: 'memory' }, { name: 'example.com/gpu' }];
    const node = { cpu: '10', memory: '1000', 'example.com/gpu': '4' };
    const deviation = Math.sqrt(((0.5 - 0.5) ** 2 + (0.25 - 0.5) ** 2 + (0.75 - 0.5) ** 2) / 3);
    const withPod = Math.trunc((1 - deviation) * 100);
    const requests = { cpu: '5', memory: '250', 'example.com/gpu': '3' };
    assert.equal(score(node, {}, requests, '1.34', { resources }), withPod);
    assert.equal(score(node, {}, requests, '1.36', { resources }), 50 + Math.trunc((50 + withPod - 100) / 2));
    // Without a device of its own, a pod is judged by the other two.
    assert.equal(score(node, { 'example.com/gpu': '4' }, { cpu: '5', memory: '500' }, '1.34', { resources }), 100);
  });

  const narrow = fc.oneof(fc.bigInt({ min: 0n, max: 100n }), fc.bigInt({ min: 0n, max: 2n ** 45n }));
  const wide = fc.oneof(narrow, fc.bigInt({ min: 2n ** 52n, max: 2n ** 55n }));
  for (const [size, amount] of Object.entries({ 'that doubles hold': narrow, 'of any size': wide })) {
    it(`gives the doubles of the formula for amounts ${size}`, () => {
      const kinds = ['cpu', 'memory', 'example.com/gpu', 'example.com/fpga'];
      const amounts = fc.record(Object.fromEntries(kinds.map((kind) => [kind, amount])));
      const chosen = fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1, maxLength: 4 });
      const compat = fc.constantFrom<CompatVersion>('1.34', '1.36');
      type Amounts = Readonly<Record<string, bigint>>;
      const written = (all: Amounts): ResourceList =>
        Object.fromEntries(
          Object.entries(all).map(([kind, value]) => [kind, kind === 'cpu' ? `${value}m` : `${value}`]),
        );

      function balance(fractions: readonly number[]): number {
        const capped = fractions.map((fraction) => (fraction > 1 ? 1 : fraction));
        let deviation = 0;
        if (capped.length === 2) deviation = Math.abs(((capped[0] ?? 0) - (capped[1] ?? 0)) / 2);
        if (capped.length > 2) {
          const mean = capped.reduce((sum, each) => sum + each, 0) / capped.length;
          deviation = Math.sqrt(capped.reduce((sum, each) => sum + (each - mean) * (each - mean), 0) / capped.length);
        }
        return Math.trunc((1 - deviation) * 100);
      }

      fc.assert(
        fc.property(amounts, amounts, amounts, chosen, compat, (has, taken, wanted, names, version) => {
          const counted = names.filter((name) => has[name] !== 0n && !(name.includes('/') && wanted[name] === 0n));
          const fractions = (pod: Amounts): number[] =>
            counted.map((name) => Number((taken[name] ?? 0n) + (pod[name] ?? 0n)) / Number(has[name]));
          const withPod = balance(fractions(wanted));
          const gain = 50 + Math.trunc((50 + withPod - balance(fractions({}))) / 2);
          const isIdle = names.every((name) => wanted[name] === 0n);
          const expected = isIdle ? 'skip' : version === '1.34' ? withPod : gain;
          const args = { resources: names.map((name) => ({ name })) };
          assert.equal(score(written(has), written(taken), written(wanted), version, args), expected);
        }),
        { numRuns: 400 },
      );
    });
  }
});
