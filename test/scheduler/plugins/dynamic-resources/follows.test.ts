/** What is remembered of nodes, against a plugin that begins anew each time. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Node, ResourceClaim, SchedulingObjects } from '../../../../src/api/objects.ts';
import type { StoredKind } from '../../../../src/scheduler/cluster/object-table.ts';
import { dynamicResources } from '../../../../src/scheduler/plugins/dynamic-resources.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode } from '../../support/cluster.ts';
import {
  driver,
  exactly,
  podWithClaims,
  testDevice,
  testDeviceClass,
  testResourceClaim,
  testSlice,
} from '../../support/device-objects.ts';
import { nodesWith } from '../../support/volume-objects.ts';

type StoredObject = SchedulingObjects[StoredKind];

const devices = fc.uniqueArray(fc.constantFrom('d0', 'd1', 'd2'), { minLength: 1 });
const place = fc.constantFrom<Parameters<typeof testSlice>[0]>(
  { nodeName: 'a' },
  { nodeName: 'b' },
  { nodeSelector: nodesWith({ zone: 'z' }) },
  {},
);
const slice = fc
  .record({
    name: fc.constantFrom('s0', 's1', 's2'),
    pool: fc.constantFrom('p', 'p', 'q'),
    generation: fc.constantFrom(1, 1, 2),
    of: fc.constantFrom(1, 1, 2),
    devices,
    place,
  })
  .map(({ place: where, devices: names, ...words }) =>
    testSlice({ ...words, ...where, devices: names.map((name, n) => testDevice(name, { attributes: { n } })) }),
  );
const holder: fc.Arbitrary<ResourceClaim> = fc
  .tuple(fc.constantFrom('h0', 'h1'), fc.option(fc.subarray(['p/d0', 'p/d1', 'q/d0', 'p/d2'], { minLength: 1 })))
  .map(([name, allocated]) => testResourceClaim({ name, ...(allocated === null ? {} : { allocated }) }));
const node: fc.Arbitrary<Node> = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean())
  .map(([name, inZone]) => testNode({ name, labels: inZone ? { zone: 'z' } : {} }));
const deviceClass = fc
  .constantFrom('true', `device.attributes["${driver}"].n == 0`)
  .map((expression) => testDeviceClass('gpu', expression));

type Step =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'put' | 'delete'; readonly object: StoredObject };
const object: fc.Arbitrary<StoredObject> = fc.oneof(
  { weight: 4, arbitrary: slice },
  { weight: 4, arbitrary: holder },
  deviceClass,
);
const step: fc.Arbitrary<Step> = fc.oneof(
  node.map((it): Step => ({ kind: 'node', node: it })),
  { weight: 5, arbitrary: object.map((it): Step => ({ kind: 'put', object: it })) },
  fc.oneof(slice, holder).map((it): Step => ({ kind: 'delete', object: it })),
);

const wanted = [
  testResourceClaim({ name: 'one' }),
  testResourceClaim({ name: 'two', requests: [{ name: 'r', exactly: exactly({ count: 2 }) }] }),
];
const pods = [podWithClaims('one'), podWithClaims('two'), podWithClaims('one', 'two')];

describe('what DynamicResources remembers', () => {
  it('is what it would find anew, after any sequence of events', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const nodes = new Map<string, Node>();
        const objects = new Map<string, StoredObject>();
        const put = (it: StoredObject): void => void objects.set(`${it.kind}/${it.metadata.name}`, it);
        for (const it of [testDeviceClass(), ...wanted]) put(it);
        const cluster = testCluster([], [], [...objects.values()]);
        const plugin = createPlugin(dynamicResources, cluster);
        for (const change of steps) {
          if (change.kind === 'node') {
            nodes.set(change.node.metadata.name, change.node);
            cluster.setNode(change.node);
          } else if (change.kind === 'put') {
            put(change.object);
            cluster.objects.set(change.object.kind, change.object);
          } else {
            objects.delete(`${change.object.kind}/${change.object.metadata.name}`);
            cluster.objects.delete(change.object.kind, change.object);
          }
          for (const pod of pods) {
            const fresh = testCluster([...nodes.values()], [], [...objects.values()]);
            const expected = reasonsOf(createPlugin(dynamicResources, fresh), cycleFor(fresh, pod));
            assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, pod)), expected);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
