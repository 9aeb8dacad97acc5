import assert from 'node:assert/strict';
import type { SchedulingObjects, VolumeSource } from '../../../src/api/objects.ts';
import type { StoredKind } from '../../../src/scheduler/cluster/object-table.ts';
import { volumeBinding } from '../../../src/scheduler/plugins/volume-binding.ts';
import { createPlugin, cycleFor, reasonsOf, scoresOf, testCluster, testNode, testPod } from '../support/cluster.ts';
import {
  claimSource,
  testCapacity,
  testClaim,
  testCsiDriver,
  testStorageClass,
  testVolume,
  volumesOf,
} from '../support/volume-objects.ts';

const driver = 'disk.example.com';
const byGate = { featureEnabled: (gate: string) => gate === 'StorageCapacityScoring' };

/** On nodes `a` and `b`, each labelled with its name. */
function scores(
  objects: readonly SchedulingObjects[StoredKind][],
  sources: readonly VolumeSource[] = [claimSource('claim')],
  args: unknown = {},
): unknown {
  const nodes = ['a', 'b'].map((name) => testNode({ name, labels: { node: name } }));
  const cluster = testCluster(nodes, [], objects);
  const plugin = createPlugin(volumeBinding, cluster, args, byGate);
  const cycle = cycleFor(cluster, testPod({ spec: { volumes: volumesOf(...sources) } }));
  assert.deepEqual(reasonsOf(plugin, cycle), {});
  const result = scoresOf(plugin, cycle);
  return result === 'skip' ? result : result.raw;
}

describe('VolumeBinding with the gate StorageCapacityScoring', () => {
  const made = testStorageClass({ name: 'made', provisioner: driver });
  const fast = testStorageClass({ name: 'fast' });

  it('likes nodes better whose storage would be less full', () => {
    const small = testVolume({ name: 'small', storage: '2Gi', onNodesWith: { node: 'a' } });
    const large = testVolume({ name: 'large', storage: '4Gi', onNodesWith: { node: 'b' } });
    assert.deepEqual(scores([testClaim(), testStorageClass(), small, large]), { a: 50, b: 75 });
  });

  it('goes by the shape that the arguments give', () => {
    const volume = testVolume({ storage: '2Gi' });
    const shape = [
      { utilization: 0, score: 0 },
      { utilization: 100, score: 10 },
    ];
    assert.deepEqual(scores([testClaim(), testStorageClass(), volume], undefined, { shape }), { a: 50, b: 50 });
  });

  it('goes by the capacity of what is to be provisioned, which the claims of one class share', () => {
    const claims = [testClaim({ storageClassName: 'made' }), testClaim({ name: 'second', storageClassName: 'made' })];
    const capacities = [
      testCapacity({ name: 'a', storageClassName: 'made', capacity: '8Gi', onNodesWith: { node: 'a' } }),
      testCapacity({ name: 'b', storageClassName: 'made', capacity: '4Gi', onNodesWith: { node: 'b' } }),
    ];
    const objects = [...claims, made, testCsiDriver(driver), ...capacities];
    assert.deepEqual(scores(objects), { a: 88, b: 75 });
    assert.deepEqual(scores(objects, [claimSource('claim'), claimSource('second')]), { a: 75, b: 50 });
    assert.deepEqual(scores([...claims, made]), { a: 0, b: 0 });
  });

  it('takes the rounded mean of all classes, and leaves out what is provisioned where something exists', () => {
    const objects = [
      testClaim(),
      testClaim({ name: 'second', storageClassName: 'fast' }),
      testClaim({ name: 'third', storageClassName: 'made' }),
      testStorageClass(),
      fast,
      made,
      testCsiDriver(driver),
      testVolume({ storage: '3Gi' }),
      testVolume({ name: 'two', storage: '4Gi', storageClassName: 'fast' }),
      testCapacity({ storageClassName: 'made', capacity: '1Gi', onNodesWith: {} }),
    ];
    const sources = [claimSource('claim'), claimSource('second'), claimSource('third')];
    // 100 × 1 / 3 is 33 of a hundred, and 25 of the other class: 67 and 75.
    assert.deepEqual(scores(objects, sources), { a: 71, b: 71 });
  });

  it('does not score pods without claims, nor any pod without the gate', () => {
    const cluster = testCluster([testNode()], [], [testClaim(), testStorageClass(), testVolume()]);
    const withGate = createPlugin(volumeBinding, cluster, {}, byGate);
    assert.equal(scoresOf(withGate, cycleFor(cluster, testPod())), 'skip');
    const without = createPlugin(volumeBinding, cluster);
    const cycle = cycleFor(cluster, testPod({ spec: { volumes: volumesOf(claimSource('claim')) } }));
    assert.deepEqual(reasonsOf(without, cycle), {});
    assert.equal(scoresOf(without, cycle), 'skip');
  });
});

describe('the arguments of VolumeBinding', () => {
  const cluster = testCluster([]);
  const make =
    (args: unknown, words = {}) =>
    () =>
      createPlugin(volumeBinding, cluster, args, words);

  it('have a shape only with its gate', () => {
    const shape = [{ utilization: 0, score: 0 }];
    assert.throws(make({ shape }), { message: /shape needs the feature gate StorageCapacityScoring/ });
    assert.doesNotThrow(make({ shape }, byGate));
  });

  it('must make sense', () => {
    assert.throws(make({ bindTimeoutSeconds: -1 }));
    assert.throws(make({ bindTimeoutSeconds: 1.5 }));
    assert.throws(make({ bindTimeout: 1 }));
    const falling = [
      { utilization: 50, score: 0 },
      { utilization: 50, score: 10 },
    ];
    assert.throws(make({ shape: falling }, byGate), { message: /must rise/ });
    assert.throws(make({ shape: [{ utilization: 101, score: 0 }] }, byGate));
    assert.throws(make({ shape: [{ utilization: 0, score: 11 }] }, byGate));
    assert.throws(make({ shape: [] }, byGate));
  });
});
