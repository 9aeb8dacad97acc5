import assert from 'node:assert/strict';
import type { Pod, ResourceClaim, SchedulingObjects } from '../../../../src/api/objects.ts';
import type { ClusterState } from '../../../../src/scheduler/cluster/cluster-state.ts';
import type { StoredKind } from '../../../../src/scheduler/cluster/object-table.ts';
import type { Cycle } from '../../../../src/scheduler/framework/cycle.ts';
import type { Diagnosis, Plugin, SchedulerClient } from '../../../../src/scheduler/framework/plugin.ts';
import type { PluginContext } from '../../../../src/scheduler/framework/plugin-factory.ts';
import { dynamicResources } from '../../../../src/scheduler/plugins/dynamic-resources.ts';
import { createPlugin, cycleFor, reasonsOf, scoresOf, testCluster, testNode, testPod } from '../../support/cluster.ts';
import {
  driver,
  exactly,
  podWithClaims,
  testDevice,
  testDeviceClass,
  testResourceClaim,
  testSlice,
} from '../../support/device-objects.ts';
import { eventOf, hintOf } from '../../support/hints.ts';

type StoredObject = SchedulingObjects[StoredKind];

interface Bench {
  readonly cluster: ClusterState;
  readonly plugin: Plugin;
}

/** Nodes `a` and `b` with a device each; what the plugin writes comes back as it would from the API server. */
function bench(objects: readonly StoredObject[], words: Partial<PluginContext> = {}): Bench {
  const nodes = ['a', 'b'].map((name) => testNode({ name }));
  const slices = ['a', 'b'].map((nodeName) => testSlice({ nodeName, devices: ['d0'] }));
  const cluster = testCluster(nodes, [], [testDeviceClass(), ...slices, ...objects]);
  const client: SchedulerClient = {
    bind: () => undefined,
    evict: () => undefined,
    nominate: () => undefined,
    updateResourceClaim: (claim) => void cluster.objects.set('ResourceClaim', claim),
  };
  return { cluster, plugin: createPlugin(dynamicResources, cluster, {}, { client, ...words }) };
}

const reasons = ({ plugin, cluster }: Bench, pod: Pod): Record<string, string> =>
  reasonsOf(plugin, cycleFor(cluster, pod));

const slotOf = ({ cluster }: Bench, name: string): number => cluster.slotOf(name) ?? -1;

function reserve(b: Bench, pod: Pod, nodeName = 'a'): Cycle {
  const cycle = cycleFor(b.cluster, pod);
  assert.equal(reasonsOf(b.plugin, cycle)[nodeName], undefined);
  assert.equal(b.plugin.reserve?.(cycle, slotOf(b, nodeName)), undefined);
  return cycle;
}

const claimOf = ({ cluster }: Bench, name = 'claim'): ResourceClaim | undefined =>
  cluster.objects.get('ResourceClaim', 'default', name);

const everywhere = (reason: string): Record<string, string> => ({ a: reason, b: reason });
const noDiagnosis: Diagnosis = {
  slots: new Int32Array(),
  statusOf: () => assert.fail(),
  counts: new Map(),
  plugins: new Set(),
};

const named = (name: string, ...claims: readonly string[]): Pod => {
  const pod = podWithClaims(...claims);
  return { ...pod, metadata: { ...pod.metadata, name } };
};

describe('the plugin DynamicResources', () => {
  it('has nothing to say of pods without claims', () => {
    const b = bench([]);
    assert.equal(b.plugin.preEnqueue?.(b.cluster.info(testPod())), undefined);
    assert.equal(b.plugin.preFilter?.(cycleFor(b.cluster, testPod())), 'skip');
    assert.equal(scoresOf(b.plugin, cycleFor(b.cluster, testPod())), 'skip');
  });

  it('lets no pod into the queue before its claims are there and its own', () => {
    const template: Pod = testPod({ spec: { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 't' }] } });
    const withStatus = (resourceClaimName?: string): Pod => ({
      ...template,
      status: {
        ...template.status,
        resourceClaimStatuses: [{ name: 'gpu', ...(resourceClaimName === undefined ? {} : { resourceClaimName }) }],
      },
    });
    const says = (pod: Pod, ...objects: StoredObject[]) => {
      const b = bench(objects);
      const verdict = b.plugin.preEnqueue?.(b.cluster.info(pod));
      if (verdict !== undefined) {
        assert.equal(verdict.code, 'unresolvable');
        assert.deepEqual(reasons(b, pod), everywhere(`unresolvable: ${verdict.reasons.join()}`));
      }
      return verdict?.reasons.join();
    };
    assert.equal(says(podWithClaims('claim')), 'could not find ResourceClaim "default/claim"');
    assert.equal(says(podWithClaims('claim'), testResourceClaim()), undefined);
    const going = testResourceClaim({ deletionTimestamp: '2026-01-01T00:00:00Z' });
    assert.equal(says(podWithClaims('claim'), going), 'resourceclaim "claim" is being deleted');
    assert.equal(says(template), 'pod "default/pod": ResourceClaim not created yet');
    assert.equal(says(withStatus()), undefined);
    assert.equal(says(withStatus('made'), testResourceClaim({ name: 'made', ownerUid: 'default/pod' })), undefined);
    assert.equal(
      says(withStatus('made'), testResourceClaim({ name: 'made', ownerUid: 'other' })),
      'ResourceClaim was not created for pod default/pod (pod is not owner)',
    );
    const neither: Pod = testPod({ spec: { resourceClaims: [{ name: 'gpu' }] } });
    assert.equal(says(neither), 'pod "default/pod", spec.resourceClaim "gpu": none of the supported fields are set');
  });

  it('refuses pods whose classes or requests are unknown', () => {
    const unknown = testResourceClaim({ requests: [{ name: 'r', exactly: exactly({ deviceClass: 'x' }) }] });
    const refused = everywhere('unresolvable: request r: device class x does not exist');
    assert.deepEqual(reasons(bench([unknown]), podWithClaims('claim')), refused);
    const choice = { ...exactly({ deviceClass: 'x' }), name: 'c' };
    const inChoice = testResourceClaim({ requests: [{ name: 'r', firstAvailable: [choice] }] });
    assert.deepEqual(
      reasons(bench([inChoice]), podWithClaims('claim')),
      everywhere('unresolvable: request r/c: device class x does not exist'),
    );
    assert.deepEqual(
      reasons(bench([testResourceClaim({ requests: [{ name: 'r' }] })]), podWithClaims('claim')),
      everywhere('unresolvable: resource claim default/claim, request r: unknown request type'),
    );
  });

  it('writes the allocation and the reservation once the pod is to be bound', () => {
    const b = bench([testResourceClaim()]);
    const cycle = reserve(b, podWithClaims('claim'));
    assert.equal(claimOf(b)?.status.allocation, undefined);
    assert.equal(b.plugin.preBind?.(cycle, slotOf(b, 'a')), undefined);
    assert.deepEqual(claimOf(b)?.metadata.finalizers, ['resource.kubernetes.io/delete-protection']);
    const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['a'] }];
    assert.deepEqual(claimOf(b)?.status, {
      allocation: {
        results: [{ request: 'r', driver, pool: 'a', device: 'd0', adminAccess: false }],
        nodeSelector: { nodeSelectorTerms: [{ matchExpressions: [], matchFields }] },
      },
      reservedFor: [{ resource: 'pods', name: 'pod', uid: 'default/pod' }],
    });
  });

  it("restricts an allocation to the nodes that all its devices' slices are for", () => {
    const require = (key: string, value: string) => ({ key, operator: 'In', values: [value] }) as const;
    const slice = (pool: string, ...pairs: readonly (readonly [string, string])[]) =>
      testSlice({
        pool,
        devices: [testDevice('d0')],
        nodeSelector: {
          nodeSelectorTerms: [{ matchFields: [], matchExpressions: pairs.map(([key, value]) => require(key, value)) }],
        },
      });
    const slices = [slice('p', ['zone', 'z'], ['rack', 'r']), slice('q', ['zone', 'z'])];
    const two = testResourceClaim({ requests: [{ name: 'r', exactly: exactly({ count: 2 }) }] });
    const node = testNode({ name: 'c', labels: { zone: 'z', rack: 'r' } });
    const b = bench([two, ...slices]);
    b.cluster.setNode(node);
    const cycle = reserve(b, podWithClaims('claim'), 'c');
    assert.equal(b.plugin.preBind?.(cycle, slotOf(b, 'c')), undefined);
    assert.deepEqual(claimOf(b)?.status.allocation?.nodeSelector, {
      nodeSelectorTerms: [{ matchFields: [], matchExpressions: [require('zone', 'z'), require('rack', 'r')] }],
    });
  });

  it('counts devices as taken from the decision on, until it is undone', () => {
    const b = bench([testResourceClaim(), testResourceClaim({ name: 'second' })]);
    const other = named('other', 'second');
    const cycle = reserve(b, podWithClaims('claim'));
    assert.deepEqual(reasons(b, other), { a: 'unresolvable: cannot allocate all claims' });
    assert.deepEqual(
      reasons(b, podWithClaims('claim')),
      everywhere('unresolvable: resource claim default/claim is in the process of being allocated'),
    );
    b.plugin.unreserve?.(cycle, slotOf(b, 'a'));
    assert.deepEqual(reasons(b, other), {});
    assert.deepEqual(reasons(b, podWithClaims('claim')), {});
  });

  it('keeps the devices of a claim that was written, but not the reservation of a pod that could not be bound', () => {
    const b = bench([testResourceClaim(), testResourceClaim({ name: 'second' })]);
    const cycle = reserve(b, podWithClaims('claim'));
    assert.equal(b.plugin.preBind?.(cycle, slotOf(b, 'a')), undefined);
    b.plugin.unreserve?.(cycle, slotOf(b, 'a'));
    assert.equal(claimOf(b)?.status.allocation?.results.length, 1);
    assert.deepEqual(claimOf(b)?.status.reservedFor, []);
    assert.deepEqual(reasons(b, named('other', 'second')), { a: 'unresolvable: cannot allocate all claims' });
  });

  it('gives devices back when their claim is freed or deleted', () => {
    const held = testResourceClaim({ name: 'held', allocated: ['a/d0'] });
    const b = bench([testResourceClaim(), held]);
    assert.deepEqual(reasons(b, podWithClaims('claim')), { a: 'unresolvable: cannot allocate all claims' });
    b.cluster.objects.set('ResourceClaim', testResourceClaim({ name: 'held' }));
    assert.deepEqual(reasons(b, podWithClaims('claim')), {});
    b.cluster.objects.set('ResourceClaim', held);
    assert.deepEqual(reasons(b, podWithClaims('claim')), { a: 'unresolvable: cannot allocate all claims' });
    b.cluster.objects.delete('ResourceClaim', held);
    assert.deepEqual(reasons(b, podWithClaims('claim')), {});
  });

  it('places a pod where the devices that its claim has can be reached, and reserves the claim', () => {
    const b = bench([testResourceClaim({ allocated: ['b/d0'], onNode: 'b' })]);
    const pod = podWithClaims('claim');
    assert.deepEqual(reasons(b, pod), { a: 'unresolvable: resourceclaim not available on the node' });
    const cycle = reserve(b, pod, 'b');
    assert.equal(b.plugin.preBind?.(cycle, slotOf(b, 'b')), undefined);
    assert.deepEqual(
      claimOf(b)?.status.reservedFor.map(({ uid }) => uid),
      ['default/pod'],
    );
  });

  it('lets no more pods share a claim than it can be reserved for', () => {
    const reservedFor = Array.from({ length: 256 }, (_, place) => `p${place}`);
    const b = bench([testResourceClaim({ allocated: ['b/d0'], reservedFor })]);
    assert.deepEqual(reasons(b, podWithClaims('claim')), everywhere('unresolvable: resourceclaim in use'));
    const own = bench([
      testResourceClaim({ allocated: ['b/d0'], reservedFor: [...reservedFor.slice(1), 'default/pod'] }),
    ]);
    assert.deepEqual(reasons(own, podWithClaims('claim')), {});
  });

  it('fails to bind when something has happened to the claim meanwhile', () => {
    const outcome = (change: (b: Bench) => void, words: Partial<PluginContext> = {}): string | undefined => {
      const b = bench([testResourceClaim()], words);
      const cycle = reserve(b, podWithClaims('claim'));
      change(b);
      const verdict = b.plugin.preBind?.(cycle, slotOf(b, 'a'));
      assert.ok(!(verdict instanceof Promise));
      return verdict?.reasons.join();
    };
    const put = (claim: ResourceClaim) => (b: Bench) => void b.cluster.objects.set('ResourceClaim', claim);
    assert.equal(
      outcome(put(testResourceClaim({ deletionTimestamp: 'now' }))),
      'claim default/claim got deleted in the meantime',
    );
    assert.equal(
      outcome(put(testResourceClaim({ allocated: ['b/d0'] }))),
      'claim default/claim got allocated elsewhere in the meantime',
    );
    assert.match(
      outcome((b) => void b.cluster.objects.delete('ResourceClaim', testResourceClaim())) ?? '',
      /could not find ResourceClaim/,
    );
    const idle: SchedulerClient = { bind: () => undefined, evict: () => undefined, nominate: () => undefined };
    assert.equal(
      outcome(() => undefined, { client: idle }),
      'the client cannot update resource claims',
    );
  });

  it('takes devices back from a claim that nobody uses and whose devices are in the wrong place', () => {
    const after = (claim: ResourceClaim, pod: Pod, compat: '1.34' | '1.36' = '1.36') => {
      const b = bench(
        [claim, testResourceClaim({ name: 'second', allocated: ['b/d0'], onNode: 'b', reservedFor: ['x'] })],
        { compat },
      );
      const cycle = cycleFor(b.cluster, pod);
      reasonsOf(b.plugin, cycle);
      const verdict = b.plugin.postFilter?.(cycle, noDiagnosis);
      assert.ok(verdict?.kind === 'failed' && verdict.status.code === 'unschedulable');
      return { reason: verdict.status.reasons.join(), isFree: claimOf(b)?.status.allocation === undefined };
    };
    const both = podWithClaims('claim', 'second');
    const elsewhere = { allocated: ['a/d0'], onNode: 'a' };
    const completed = { reason: 'deallocation of ResourceClaim completed', isFree: true };
    assert.deepEqual(after(testResourceClaim(elsewhere), both), completed);
    assert.deepEqual(after(testResourceClaim({ ...elsewhere, reservedFor: ['default/pod'] }), both), completed);
    const used = testResourceClaim({ ...elsewhere, reservedFor: ['other'] });
    assert.deepEqual(after(used, both), { reason: '', isFree: false });
    assert.deepEqual(after(used, both, '1.34'), { reason: 'still not schedulable', isFree: false });
    assert.deepEqual(after(used, testPod()), { reason: '', isFree: false });
    assert.deepEqual(after(used, testPod(), '1.34'), { reason: 'no new claims to deallocate', isFree: false });
  });

  it('likes nodes better where claims get their first choices', () => {
    const devices = (n: number) => [testDevice('d1', { attributes: { n } })];
    const choice = (name: string, n: number) => ({
      ...exactly({ selectors: [`has(device.attributes["${driver}"].n) && device.attributes["${driver}"].n == ${n}`] }),
      name,
    });
    const claim = testResourceClaim({
      requests: [{ name: 'r', firstAvailable: [choice('one', 1), choice('two', 2)] }],
    });
    const slices = ['a', 'b'].map((nodeName, place) =>
      testSlice({ nodeName, pool: `more-${nodeName}`, devices: devices(place + 1) }),
    );
    const b = bench([claim, ...slices]);
    const cycle = cycleFor(b.cluster, podWithClaims('claim'));
    assert.deepEqual(reasonsOf(b.plugin, cycle), {});
    assert.deepEqual(scoresOf(b.plugin, cycle), { raw: { a: 8, b: 7 }, normalized: { a: 100, b: 87 } });
    const old = bench([claim, ...slices], { compat: '1.34' });
    const oldCycle = cycleFor(old.cluster, podWithClaims('claim'));
    reasonsOf(old.plugin, oldCycle);
    assert.equal(scoresOf(old.plugin, oldCycle), 'skip');
  });
});

describe('DynamicResources wakes a pod', () => {
  const b = bench([testResourceClaim(), testResourceClaim({ name: 'other' })]);
  const waits = podWithClaims('claim');
  const changes = (before: ResourceClaim | undefined, after: ResourceClaim | undefined) => {
    const action = before === undefined ? 'add' : after === undefined ? 'delete' : 'update';
    return hintOf(b.plugin, 'ResourceClaim', action)(waits, eventOf('ResourceClaim', action, before, after));
  };

  it('when its own claim comes, or has another status', () => {
    assert.equal(changes(undefined, testResourceClaim()), 'queue');
    assert.equal(changes(undefined, testResourceClaim({ name: 'other' })), 'skip');
    assert.equal(changes(testResourceClaim(), testResourceClaim({ reservedFor: ['x'] })), 'queue');
    assert.equal(changes(testResourceClaim(), testResourceClaim()), 'skip');
  });

  it('when any claim gives its devices back', () => {
    const held = testResourceClaim({ name: 'other', allocated: ['a/d0'] });
    const free = testResourceClaim({ name: 'other' });
    assert.equal(changes(held, free), 'queue');
    assert.equal(changes(free, held), 'skip');
    assert.equal(changes(held, undefined), 'queue');
    assert.equal(changes(free, undefined), 'skip');
  });

  it('not while a claim of its own is missing', () => {
    const held = testResourceClaim({ name: 'other', allocated: ['a/d0'] });
    const hint = hintOf(b.plugin, 'ResourceClaim', 'update');
    const event = eventOf('ResourceClaim', 'update', held, testResourceClaim({ name: 'other' }));
    assert.equal(hint(podWithClaims('claim', 'missing'), event), 'skip');
  });

  it('when the names of its claims are known', () => {
    const hint = hintOf(b.plugin, 'UnscheduledPod', 'update-claims');
    const named = (pod: Pod, after: Pod) => hint(pod, eventOf('UnscheduledPod', 'update-claims', pod, after));
    assert.equal(named(waits, waits), 'queue');
    assert.equal(named(podWithClaims('missing'), podWithClaims('missing')), 'skip');
    assert.equal(named(testPod({ name: 'someone' }), waits), 'skip');
  });

  it('when a class, a slice or a node comes or changes', () => {
    for (const resource of ['DeviceClass', 'ResourceSlice'] as const) {
      for (const action of ['add', 'update'] as const) {
        const event = eventOf(resource, action, undefined, testDeviceClass());
        assert.equal(hintOf(b.plugin, resource, action)(waits, event), 'queue');
      }
    }
    const event = eventOf('Node', 'add', undefined, testNode());
    assert.equal(hintOf(b.plugin, 'Node', 'update-allocatable')(waits, event), 'queue');
    const old = bench([], { compat: '1.34' });
    assert.equal(hintOf(old.plugin, 'Node', 'update-labels')(waits, event), 'queue');
    assert.equal(hintOf(old.plugin, 'Node', 'update-allocatable')(waits, event), 'not registered');
    assert.equal(hintOf(old.plugin, 'ResourceClaim', 'delete')(waits, event), 'not registered');
  });
});
