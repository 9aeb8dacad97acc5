/** What scores count of extended resources that devices stand behind, against plain sums. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeviceClass, Node, SchedulingObjects } from '../../../src/api/objects.ts';
import type { StoredKind } from '../../../src/scheduler/cluster/object-table.ts';
import type { PluginFactory } from '../../../src/scheduler/framework/plugin-factory.ts';
import { nodeResourcesBalancedAllocation } from '../../../src/scheduler/plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { createPlugin, cycleFor, scoresOf, testCluster, testNode, testPod } from '../support/cluster.ts';
import { driver, testDevice, testDeviceClass, testResourceClaim, testSlice } from '../support/device-objects.ts';

type StoredObject = SchedulingObjects[StoredKind];

const gpu = 'example.com/gpu';
const gpuClass: DeviceClass = (() => {
  const { spec, ...rest } = testDeviceClass('gpu', `device.attributes["${driver}"].kind == "gpu"`);
  return { ...rest, spec: { ...spec, extendedResourceName: gpu } };
})();
const gpus = (count: number, others = 0) => [
  ...Array.from({ length: count }, (_, i) => testDevice(`d${i}`, { attributes: { kind: 'gpu' } })),
  ...Array.from({ length: others }, (_, i) => testDevice(`x${i}`, { attributes: { kind: 'nic' } })),
];
const resources = [{ name: gpu, weight: 3 }, { name: 'cpu' }];
const most = { scoringStrategy: { type: 'MostAllocated', resources } };

function scores(
  factory: PluginFactory,
  args: unknown,
  nodes: readonly Node[],
  objects: readonly StoredObject[],
  words: { readonly gate?: boolean; readonly compat?: '1.34' | '1.36' } = {},
): Record<string, number> {
  const { gate = true, compat = '1.36' } = words;
  const cluster = testCluster(nodes, [], [gpuClass, ...objects]);
  const plugin = createPlugin(factory, cluster, args, { compat, featureEnabled: () => gate });
  const found = scoresOf(plugin, cycleFor(cluster, testPod({ requests: { cpu: '1', [gpu]: '1' } })));
  return found === 'skip' ? {} : found.normalized;
}

describe('scores of extended resources with devices behind them', () => {
  const nodes = [testNode({ name: 'a' }), testNode({ name: 'b', resources: { [gpu]: '2' } })];
  const slices = ['a', 'b'].map((nodeName) => testSlice({ nodeName, devices: gpus(4, 4) }));

  it('count the devices of the class where no device plugin provides any', () => {
    const taken = testResourceClaim({ name: 'other', allocated: ['a/d3', 'a/x0'] });
    // a: (2 of 4: 3 × 50 + 25) / 4; b: (1 of 2: 3 × 50 + 25) / 4.
    assert.deepEqual(scores(nodeResourcesFit, most, nodes, [...slices, taken]), { a: 43, b: 43 });
    // a: (1 of 4: 3 × 25 + 25) / 4.
    assert.deepEqual(scores(nodeResourcesFit, most, nodes, slices), { a: 25, b: 43 });
  });

  it('leave the resource out without the feature, and where a device cannot be asked', () => {
    assert.deepEqual(scores(nodeResourcesFit, most, nodes, slices, { gate: false }), { a: 25, b: 43 });
    const strange = testSlice({ name: 's', pool: 'p', nodeName: 'a', devices: ['without-kind'] });
    const taken = testResourceClaim({ name: 'other', allocated: ['a/d3'] });
    assert.deepEqual(scores(nodeResourcesFit, most, nodes, [...slices, taken, strange]), { a: 25, b: 43 });
  });

  it('count for the balance, too', () => {
    const args = { resources: [{ name: 'cpu' }, { name: gpu }] };
    // cpu 1 of 4, devices 1 of 4: even; b has 1 of 2.
    const even = scores(nodeResourcesBalancedAllocation, args, nodes, slices, { compat: '1.34' });
    assert.deepEqual(even, { a: 100, b: 87 });
  });

  it('are those of plain sums for any nodes, slices and claims, whatever comes and goes', () => {
    const node = fc.record({
      plugin: fc.nat(2),
      devices: fc.nat(4),
      others: fc.nat(2),
      taken: fc.nat(4),
      cpu: fc.integer({ min: 1, max: 6 }),
    });
    const shapes = fc.array(node, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(shapes, shapes, (first, then) => {
        const cluster = testCluster([], [], [gpuClass]);
        const plugin = createPlugin(nodeResourcesFit, cluster, most, { featureEnabled: () => true });
        for (const all of [first, then, first]) {
          const expected = new Map<string, number>();
          all.forEach(({ plugin: own, devices, others, taken, cpu }, place) => {
            const name = `n${place}`;
            cluster.setNode(testNode({ name, cpu: String(cpu), resources: own === 0 ? {} : { [gpu]: String(own) } }));
            cluster.objects.set('ResourceSlice', testSlice({ nodeName: name, devices: gpus(devices, others) }));
            const allocated = Array.from({ length: Math.min(taken, devices) }, (_, i) => `${name}/d${i}`);
            cluster.objects.set('ResourceClaim', testResourceClaim({ name, allocated }));
            const whole = own === 0 ? devices : own;
            const used = (own === 0 ? Math.min(taken, devices) : 0) + 1;
            const cpuScore = Math.floor(100 / cpu);
            const gpuScore = whole === 0 ? 0 : Math.floor((Math.min(used, whole) * 100) / whole);
            expected.set(name, Math.floor(whole === 0 ? cpuScore : (3 * gpuScore + cpuScore) / 4));
          });
          const found = scoresOf(plugin, cycleFor(cluster, testPod({ requests: { cpu: '1', [gpu]: '1' } })), [
            ...expected.keys(),
          ]);
          assert.ok(found !== 'skip');
          assert.deepEqual(found.normalized, Object.fromEntries(expected));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are no longer those of the node alone', () => {
    const local = (args: unknown, gate = true) =>
      createPlugin(nodeResourcesFit, testCluster([]), args, { featureEnabled: () => gate }).nodeLocalScore;
    assert.deepEqual([local(most), local(most, false), local({})], [false, true, true]);
  });
});
