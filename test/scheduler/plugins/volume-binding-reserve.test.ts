import assert from 'node:assert/strict';
import type { PersistentVolume, PersistentVolumeClaim, Pod, SchedulingObjects } from '../../../src/api/objects.ts';
import { MemoryCluster } from '../../../src/cluster/memory-cluster.ts';
import { VolumeController } from '../../../src/cluster/volume-controller.ts';
import type { ClusterState } from '../../../src/scheduler/cluster/cluster-state.ts';
import type { StoredKind } from '../../../src/scheduler/cluster/object-table.ts';
import type { Cycle } from '../../../src/scheduler/framework/cycle.ts';
import type { Plugin, SchedulerClient } from '../../../src/scheduler/framework/plugin.ts';
import { volumeBinding } from '../../../src/scheduler/plugins/volume-binding.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode, testPod } from '../support/cluster.ts';
import { claimSource, testClaim, testStorageClass, testVolume, volumesOf } from '../support/volume-objects.ts';

type StoredObject = SchedulingObjects[StoredKind];

const taken = "unresolvable: node(s) didn't find available persistent volumes to bind";
const pod = testPod({ spec: { volumes: volumesOf(claimSource('claim')) } });
const other = testPod({ name: 'other', spec: { volumes: volumesOf(claimSource('second')) } });
const made = testStorageClass({ name: 'made', provisioner: 'disk.example.com' });

interface Bench {
  readonly cluster: ClusterState;
  readonly plugin: Plugin;
  readonly volumes: PersistentVolume[];
  readonly claims: PersistentVolumeClaim[];
  readonly timers: { delayMs: number; ring: () => void }[];
}

/** A plugin whose client writes down what it is told, and changes nothing. */
function bench(...objects: readonly StoredObject[]): Bench {
  const volumes: PersistentVolume[] = [];
  const claims: PersistentVolumeClaim[] = [];
  const timers: Bench['timers'] = [];
  const client: SchedulerClient = {
    bind: () => undefined,
    evict: () => undefined,
    nominate: () => undefined,
    updatePersistentVolume: (volume) => volumes.push(volume),
    updatePersistentVolumeClaim: (claim) => claims.push(claim),
  };
  const cluster = testCluster([testNode({ name: 'a' })], [], [testStorageClass(), made, ...objects]);
  const setTimer = (delayMs: number, ring: () => void) => {
    timers.push({ delayMs, ring });
    return () => undefined;
  };
  const plugin = createPlugin(volumeBinding, cluster, { bindTimeoutSeconds: 5 }, { client, setTimer });
  return { cluster, plugin, volumes, claims, timers };
}

/** PreFilter, Filter and Reserve on node `a`. */
function reserve({ plugin, cluster }: Bench, forPod: Pod = pod): Cycle {
  const cycle = cycleFor(cluster, forPod);
  assert.deepEqual(reasonsOf(plugin, cycle), {});
  assert.equal(plugin.reserve?.(cycle, slotOfA(cluster)), undefined);
  return cycle;
}

const slotOfA = (cluster: ClusterState): number => cluster.slotOf('a') ?? -1;

const verdict = ({ plugin, cluster }: Bench, forPod: Pod): string | undefined =>
  reasonsOf(plugin, cycleFor(cluster, forPod)).a;

describe('the plugin VolumeBinding, having chosen a node', () => {
  it('takes the smallest volume that fits; of several of a size, the first that came', async () => {
    const volumes = [
      testVolume({ name: 'large', storage: '5Gi' }),
      testVolume({ name: 'first', storage: '2Gi' }),
      testVolume({ name: 'second', storage: '2Gi' }),
      testVolume({ name: 'small', storage: '1Mi' }),
    ];
    const b = bench(testClaim({ uid: 'u' }), ...volumes);
    const cycle = reserve(b);
    void b.plugin.preBind?.(cycle, slotOfA(b.cluster));
    assert.deepEqual(
      b.volumes.map(({ metadata }) => metadata.name),
      ['first'],
    );
    assert.deepEqual(b.volumes[0]?.spec.claimRef, { namespace: 'default', name: 'claim', uid: 'u' });
    assert.deepEqual(b.volumes[0]?.metadata.annotations, { 'pv.kubernetes.io/bound-by-controller': 'yes' });
  });

  it('compares sizes exactly, beyond what a double can tell apart', () => {
    const volumes = [
      testVolume({ name: 'more', storage: '9007199254740993' }),
      testVolume({ name: 'less', storage: '9007199254740992' }),
    ];
    const b = bench(testClaim({ storage: '9007199254740991' }), ...volumes);
    void b.plugin.preBind?.(reserve(b), slotOfA(b.cluster));
    assert.deepEqual(
      b.volumes.map(({ metadata }) => metadata.name),
      ['less'],
    );
  });

  it('does not say of a volume that was kept for the claim that the scheduler bound it', () => {
    const b = bench(testClaim({ uid: 'u' }), testVolume({ keptFor: 'claim' }));
    void b.plugin.preBind?.(reserve(b), slotOfA(b.cluster));
    assert.equal(b.volumes[0]?.spec.claimRef?.uid, 'u');
    assert.deepEqual(b.volumes[0]?.metadata.annotations, {});
  });

  it('counts the volume as taken until the decision is undone', () => {
    const b = bench(testClaim(), testClaim({ name: 'second' }), testVolume());
    const cycle = reserve(b);
    assert.equal(verdict(b, other), taken);
    b.plugin.unreserve?.(cycle, slotOfA(b.cluster));
    assert.equal(verdict(b, other), undefined);
    b.plugin.unreserve?.(cycle, slotOfA(b.cluster));
    assert.equal(verdict(b, other), undefined);
  });

  it('keeps a claim to the node on which its volume is to be provisioned', () => {
    const b = bench(testClaim({ storageClassName: 'made' }));
    b.cluster.setNode(testNode({ name: 'b' }));
    const cycle = reserve(b);
    const again = reasonsOf(b.plugin, cycleFor(b.cluster, pod));
    assert.deepEqual(again, { b: taken });
    b.plugin.unreserve?.(cycle, slotOfA(b.cluster));
    assert.deepEqual(reasonsOf(b.plugin, cycleFor(b.cluster, pod)), {});
  });

  it('believes what the API server says of a volume rather than what it assumed', () => {
    const volume = testVolume();
    const b = bench(testClaim(), testClaim({ name: 'second' }), volume);
    reserve(b);
    b.cluster.objects.set('PersistentVolume', { ...volume });
    assert.equal(verdict(b, other), undefined);
    b.cluster.objects.delete('PersistentVolume', volume);
    assert.equal(verdict(b, other), taken);
  });

  it('asks for a volume by naming the node on the claim', () => {
    const b = bench(testClaim({ storageClassName: 'made' }));
    void b.plugin.preBind?.(reserve(b), slotOfA(b.cluster));
    assert.deepEqual(
      b.claims.map(({ metadata }) => metadata.annotations),
      [{ 'volume.kubernetes.io/selected-node': 'a' }],
    );
    assert.deepEqual(b.volumes, []);
  });

  it('has nothing to do when all claims are bound', () => {
    const b = bench(testClaim({ boundTo: 'volume' }), testVolume({ keptFor: 'claim' }));
    assert.equal(b.plugin.preBind?.(reserve(b), slotOfA(b.cluster)), undefined);
    assert.deepEqual([b.volumes, b.claims], [[], []]);
  });

  it('waits until the controllers have bound everything', async () => {
    const b = bench(testClaim({ storageClassName: 'made' }));
    const bound = b.plugin.preBind?.(reserve(b), slotOfA(b.cluster));
    assert.ok(bound instanceof Promise);
    const { objects } = b.cluster;
    objects.set('PersistentVolumeClaim', testClaim({ storageClassName: 'made', selectedNode: 'a' }));
    objects.set('PersistentVolume', testVolume({ name: 'new', storageClassName: 'made', keptFor: 'claim' }));
    objects.set('PersistentVolumeClaim', testClaim({ storageClassName: 'made', selectedNode: 'a', boundTo: 'new' }));
    assert.equal(await bound, undefined);
  });

  it('gives up when the provisioner does, when the volume is elsewhere, and when time is up', async () => {
    const begin = () => {
      const b = bench(testClaim({ storageClassName: 'made' }));
      const bound = b.plugin.preBind?.(reserve(b), slotOfA(b.cluster));
      const reason = async () => (await bound)?.reasons.join();
      return { b, reason, objects: b.cluster.objects };
    };
    const refused = begin();
    refused.objects.set('PersistentVolumeClaim', testClaim({ storageClassName: 'made' }));
    assert.equal(await refused.reason(), 'binding volumes: provisioning failed for PVC "claim"');

    const elsewhere = begin();
    elsewhere.objects.set('PersistentVolume', testVolume({ name: 'new', onNodesWith: { zone: 'z9' } }));
    elsewhere.objects.set(
      'PersistentVolumeClaim',
      testClaim({ storageClassName: 'made', selectedNode: 'a', boundTo: 'new' }),
    );
    assert.match((await elsewhere.reason()) ?? '', /^binding volumes: pv "new" node affinity doesn't match node "a"/);

    const late = begin();
    assert.deepEqual(
      late.b.timers.map(({ delayMs }) => delayMs),
      [5000],
    );
    late.b.timers[0]?.ring();
    assert.equal(await late.reason(), 'binding volumes: context deadline exceeded');
  });

  it('fails when the volume it chose is taken away', async () => {
    const b = bench(testClaim(), testVolume());
    const bound = b.plugin.preBind?.(reserve(b), slotOfA(b.cluster));
    b.cluster.objects.set('PersistentVolume', testVolume());
    assert.deepEqual((await bound)?.reasons, ['binding volumes: ClaimRef got reset for pv "volume"']);
  });

  it('is done at once where controllers answer at once', () => {
    const api = new MemoryCluster();
    const cluster = testCluster([testNode({ name: 'a' })]);
    api.watch(({ before, after }) => {
      const object = after ?? before;
      if (object === undefined || object.kind === 'Pod' || object.kind === 'Node') return;
      if (after === undefined) cluster.objects.delete(object.kind, object);
      else cluster.objects.set(object.kind, object);
    });
    new VolumeController(api);
    const claims = [testClaim(), testClaim({ name: 'second', storageClassName: 'made' })];
    for (const object of [testStorageClass(), made, ...claims, testVolume()]) api.put(object);
    const plugin = createPlugin(volumeBinding, cluster, {}, { client: api });
    const both = testPod({ spec: { volumes: volumesOf(claimSource('claim'), claimSource('second')) } });
    const cycle = cycleFor(cluster, both);
    assert.deepEqual(reasonsOf(plugin, cycle), {});
    plugin.reserve?.(cycle, slotOfA(cluster));
    assert.equal(plugin.preBind?.(cycle, slotOfA(cluster)), undefined);
    const phases = ['claim', 'second'].map((name) => api.get('PersistentVolumeClaim', 'default', name)?.status.phase);
    assert.deepEqual(phases, ['Bound', 'Bound']);
    assert.equal(api.get('PersistentVolume', '', 'volume')?.spec.claimRef?.name, 'claim');
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, both)), {});
  });

  it('fails where the client cannot write volumes', () => {
    const cluster = testCluster([testNode({ name: 'a' })], [], [testStorageClass(), testClaim(), testVolume()]);
    const plugin = createPlugin(volumeBinding, cluster);
    const cycle = cycleFor(cluster, pod);
    assert.deepEqual(reasonsOf(plugin, cycle), {});
    plugin.reserve?.(cycle, slotOfA(cluster));
    const status = plugin.preBind?.(cycle, slotOfA(cluster));
    assert.ok(status !== undefined && !(status instanceof Promise));
    assert.deepEqual([status.code, status.reasons], ['error', ['binding volumes: the client cannot update volumes']]);
  });
});
