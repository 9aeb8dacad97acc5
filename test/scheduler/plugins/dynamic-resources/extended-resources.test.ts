import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Container, DeviceClass, Pod, ResourceClaim, ResourceList } from '../../../../src/api/objects.ts';
import { planScheduler } from '../../../../src/scheduler/config/read-config.ts';
import { defaultSchedulerConfig } from '../../../../src/scheduler/config/scheduler-config.ts';
import type { CompatVersion } from '../../../../src/scheduler/framework/plugin-factory.ts';
import { extendedRequests } from '../../../../src/scheduler/plugins/dynamic-resources/extended-requests.ts';
import { dynamicResources } from '../../../../src/scheduler/plugins/dynamic-resources.ts';
import { pluginRegistry } from '../../../../src/scheduler/plugins/registry.ts';
import { SchedulingSession } from '../../../../src/scheduler/session.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster } from '../../support/cluster.ts';
import { driver, exactly, testDeviceClass, testResourceClaim, testSlice } from '../../support/device-objects.ts';
import { testContainer, testNode, testPod } from '../../support/objects.ts';

const gpu = 'example.com/gpu';
const annotation = 'resource.kubernetes.io/extended-resource-claim';

function classFor(extendedResourceName: string, name = 'gpu', creationTimestamp?: string): DeviceClass {
  const { metadata, spec, ...rest } = testDeviceClass(name);
  return {
    ...rest,
    metadata: { ...metadata, ...(creationTimestamp === undefined ? {} : { creationTimestamp }) },
    spec: { ...spec, extendedResourceName },
  };
}

const podOf = (requests: ResourceList, name = 'pod'): Pod => testPod({ name, requests });

function session(compat: CompatVersion = '1.36'): SchedulingSession {
  return new SchedulingSession({ plan: planScheduler(defaultSchedulerConfig(), { compat }, pluginRegistry) });
}

const bound = ({ api }: SchedulingSession, name = 'pod'): Pod | undefined => api.get('Pod', 'default', name);

const claimsIn = ({ api }: SchedulingSession): ResourceClaim[] => [...api.list('ResourceClaim')];

function whyNot(s: SchedulingSession, name = 'pod'): string | undefined {
  return bound(s, name)?.status.conditions.find(({ type }) => type === 'PodScheduled')?.message;
}

describe('a pod that asks for an extended resource with a device class behind it', () => {
  const nodeA = testNode({ name: 'a' });

  it('gets a claim of its own with devices of the node, and its status says which', () => {
    const s = session();
    s.put(nodeA, classFor(gpu), testSlice({ nodeName: 'a', devices: ['d0', 'd1', 'd2'] }), podOf({ [gpu]: '2' }));
    s.settle();
    const [claim, ...others] = claimsIn(s);
    assert.ok(claim !== undefined && others.length === 0);
    assert.match(claim.metadata.name, /^pod-extended-resources-.{5}$/);
    assert.deepEqual(claim.metadata.annotations, { [annotation]: 'true' });
    assert.deepEqual(claim.metadata.ownerReferences, [
      { apiVersion: 'v1', kind: 'Pod', name: 'pod', uid: 'default/pod', controller: true },
    ]);
    assert.deepEqual(claim.spec, {
      requests: [{ name: 'container-0-request-0', exactly: exactly({ count: 2 }) }],
      constraints: [],
    });
    const result = { request: 'container-0-request-0', driver, pool: 'a', adminAccess: false };
    assert.deepEqual(claim.status.allocation?.results, [
      { ...result, device: 'd0' },
      { ...result, device: 'd1' },
    ]);
    assert.deepEqual(claim.status.reservedFor, [{ resource: 'pods', name: 'pod', uid: 'default/pod' }]);
    assert.equal(bound(s)?.spec.nodeName, 'a');
    assert.deepEqual(bound(s)?.status.extendedResourceClaimStatus, {
      requestMappings: [{ containerName: 'main', resourceName: gpu, requestName: 'container-0-request-0' }],
      resourceClaimName: claim.metadata.name,
    });
  });

  it('can ask by the name of the class, too', () => {
    const s = session();
    const resource = 'deviceclass.resource.kubernetes.io/gpu';
    s.put(nodeA, testDeviceClass(), testSlice({ nodeName: 'a', devices: ['d0'] }), podOf({ [resource]: '1' }));
    s.settle();
    assert.equal(bound(s)?.spec.nodeName, 'a');
    assert.equal(claimsIn(s).length, 1);
  });

  it('takes what a device plugin provides where there is one, without a claim', () => {
    const s = session();
    s.put(testNode({ name: 'a', resources: { [gpu]: '1' } }), classFor(gpu));
    s.put(testSlice({ nodeName: 'a', devices: ['d0'] }), podOf({ [gpu]: '1' }, 'first'), podOf({ [gpu]: '1' }, 'next'));
    s.settle();
    assert.equal(bound(s, 'first')?.spec.nodeName, 'a');
    assert.equal(bound(s, 'first')?.status.extendedResourceClaimStatus, undefined);
    assert.equal(bound(s, 'next')?.spec.nodeName, '');
    assert.match(whyNot(s, 'next') ?? '', /1 Insufficient example.com\/gpu/);
    assert.deepEqual(claimsIn(s), []);
  });

  it('finds its way where some nodes have a device plugin and others have devices', () => {
    const s = session();
    s.put(
      testNode({ name: 'plugin', resources: { [gpu]: '1' } }),
      testNode({ name: 'devices' }),
      testNode({ name: 'none' }),
    );
    s.put(classFor(gpu), testSlice({ nodeName: 'devices', devices: ['d0'] }));
    s.put(...['p0', 'p1', 'p2'].map((name) => podOf({ [gpu]: '1' }, name)));
    s.settle();
    const nodes = ['p0', 'p1', 'p2'].map((name) => bound(s, name)?.spec.nodeName);
    assert.deepEqual([...nodes].sort(), ['', 'devices', 'plugin']);
    const waiting = `p${nodes.indexOf('')}`;
    assert.match(whyNot(s, waiting) ?? '', /1 Insufficient example.com\/gpu, 2 cannot allocate all claims/);
    const withClaim = ['p0', 'p1', 'p2'].filter((name) => bound(s, name)?.status.extendedResourceClaimStatus);
    assert.deepEqual(withClaim, [`p${nodes.indexOf('devices')}`]);
  });

  it('gives its devices back when it goes, and who waited for them gets them', () => {
    const s = session();
    s.put(nodeA, classFor(gpu), testSlice({ nodeName: 'a', devices: ['d0'] }));
    s.put(podOf({ [gpu]: '1' }, 'first'), podOf({ [gpu]: '1' }, 'next'));
    s.settle();
    assert.equal(bound(s, 'next')?.spec.nodeName, '');
    assert.equal(whyNot(s, 'next')?.includes('cannot allocate all claims'), true);
    s.api.delete('Pod', 'default', 'first');
    s.settle();
    assert.equal(bound(s, 'next')?.spec.nodeName, 'a');
    assert.deepEqual(
      claimsIn(s).map(({ status }) => status.reservedFor.map(({ name }) => name)),
      [['next']],
    );
  });

  it('has its claim and claims by name allocated together', () => {
    const s = session();
    const slice = testSlice({ nodeName: 'a', devices: ['d0', 'd1'] });
    s.put(nodeA, testNode({ name: 'b' }), classFor(gpu), slice, testResourceClaim());
    s.put(testSlice({ nodeName: 'b', devices: ['d0'] }));
    s.put(testPod({ requests: { [gpu]: '1' }, spec: { resourceClaims: [{ name: 'c', resourceClaimName: 'claim' }] } }));
    s.settle();
    assert.equal(bound(s)?.spec.nodeName, 'a');
    const devices = claimsIn(s).flatMap(({ status }) => status.allocation?.results.map(({ device }) => device) ?? []);
    assert.deepEqual(devices, ['d0', 'd1']);
  });

  it('needs no claim for a resource of the node when only its own claim needs devices', () => {
    const s = session();
    s.put(testNode({ name: 'a', resources: { [gpu]: '1' } }), classFor(gpu), testResourceClaim());
    s.put(testSlice({ nodeName: 'a', devices: ['d0'] }));
    s.put(testPod({ requests: { [gpu]: '1' }, spec: { resourceClaims: [{ name: 'c', resourceClaimName: 'claim' }] } }));
    s.settle();
    assert.equal(bound(s)?.spec.nodeName, 'a');
    assert.deepEqual(
      claimsIn(s).map(({ metadata }) => metadata.name),
      ['claim'],
    );
  });

  it('means the newest of the classes that name the resource, then the first by name', () => {
    const classOf = (...classes: readonly DeviceClass[]): string | undefined => {
      const s = session();
      s.put(nodeA, ...classes, testSlice({ nodeName: 'a', devices: ['d0'] }), podOf({ [gpu]: '1' }));
      s.settle();
      return claimsIn(s)[0]?.spec.requests[0]?.exactly?.deviceClassName;
    };
    const [old, recent] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
    assert.equal(classOf(classFor(gpu, 'x', old), classFor(gpu, 'y', recent)), 'y');
    assert.equal(classOf(classFor(gpu, 'x', recent), classFor(gpu, 'y', old)), 'x');
    assert.equal(classOf(classFor(gpu, 'y', old), classFor(gpu, 'x', old)), 'x');
    assert.equal(classOf(classFor(gpu, 'y'), classFor(gpu, 'x', old)), 'x');
  });

  it('waits for the class, a slice or the device plugin that it lacks', () => {
    const slice = testSlice({ nodeName: 'a', devices: ['d0'] });
    const helps = [
      [[slice], classFor(gpu)],
      [[classFor(gpu)], slice],
      [[classFor(gpu)], testNode({ name: 'a', resources: { [gpu]: '1' } })],
    ] as const;
    for (const [before, after] of helps) {
      const s = session();
      s.put(nodeA, ...before, podOf({ [gpu]: '1' }));
      s.settle();
      assert.equal(bound(s)?.spec.nodeName, '');
      s.put(after);
      s.settle();
      assert.equal(bound(s)?.spec.nodeName, 'a', after.kind);
    }
  });

  it('is not helped by devices up to 1.34', () => {
    const s = session('1.34');
    s.put(nodeA, classFor(gpu), testSlice({ nodeName: 'a', devices: ['d0'] }), podOf({ [gpu]: '1' }));
    s.settle();
    assert.match(whyNot(s) ?? '', /1 Insufficient example.com\/gpu/);
  });

  it('has what an earlier attempt left over removed first', () => {
    const s = session();
    const { metadata, ...rest } = testResourceClaim({
      name: 'left-over',
      allocated: ['a/d0'],
      ownerUid: 'default/pod',
    });
    const leftOver = { ...rest, metadata: { ...metadata, annotations: { [annotation]: 'true' } } };
    s.put(nodeA, classFor(gpu), testSlice({ nodeName: 'a', devices: ['d0'] }), leftOver, podOf({ [gpu]: '1' }));
    s.scheduler.scheduleOne();
    assert.match(whyNot(s) ?? '', /1 cannot schedule extended resource claim/);
    assert.deepEqual(claimsIn(s), []);
    s.settle();
    assert.equal(bound(s)?.spec.nodeName, 'a');
  });

  it('does not fit where another of its resources has neither a class nor a mention of the node', () => {
    const nodes = [nodeA, testNode({ name: 'b', resources: { 'example.com/other': '0' } })];
    const slices = ['a', 'b'].map((nodeName) => testSlice({ nodeName, devices: ['d0'] }));
    const cluster = testCluster(nodes, [], [classFor(gpu), ...slices]);
    const plugin = createPlugin(dynamicResources, cluster, {}, { featureEnabled: () => true });
    const pod = podOf({ [gpu]: '1', 'example.com/other': '1' });
    assert.deepEqual(reasonsOf(plugin, cycleFor(cluster, pod)), { a: 'unresolvable: cannot fit resource' });
  });

  it('leaves nothing behind when it cannot be bound', () => {
    const cluster = testCluster([nodeA], [], [classFor(gpu), testSlice({ nodeName: 'a', devices: ['d0'] })]);
    const deleted: string[] = [];
    const client = {
      bind: () => undefined,
      evict: () => undefined,
      nominate: () => undefined,
      createResourceClaim(claim: ResourceClaim, prefix: string) {
        const made = { ...claim, metadata: { ...claim.metadata, name: `${prefix}x`, uid: 'made' } };
        cluster.objects.set('ResourceClaim', made);
        return made;
      },
      updateResourceClaim: (claim: ResourceClaim) => void cluster.objects.set('ResourceClaim', claim),
      deleteResourceClaim(claim: ResourceClaim) {
        deleted.push(claim.metadata.name);
        cluster.objects.delete('ResourceClaim', claim);
      },
      reportExtendedResourceClaim: () => undefined,
    };
    const plugin = createPlugin(dynamicResources, cluster, {}, { client, featureEnabled: () => true });
    const slot = cluster.slotOf('a') ?? -1;
    const reserved = (name: string) => {
      const cycle = cycleFor(cluster, podOf({ [gpu]: '1' }, name));
      assert.deepEqual(reasonsOf(plugin, cycle), {});
      assert.equal(plugin.reserve?.(cycle, slot), undefined);
      return cycle;
    };
    const other = () => reasonsOf(plugin, cycleFor(cluster, podOf({ [gpu]: '1' }, 'other')));
    const early = reserved('early');
    assert.deepEqual(other(), { a: 'unresolvable: cannot allocate all claims' });
    plugin.unreserve?.(early, slot);
    assert.deepEqual(other(), {});
    assert.deepEqual(deleted, []);
    const late = reserved('late');
    assert.equal(plugin.preBind?.(late, slot), undefined);
    assert.deepEqual(other(), { a: 'unresolvable: cannot allocate all claims' });
    plugin.unreserve?.(late, slot);
    assert.deepEqual(deleted, ['late-extended-resources-x']);
    assert.deepEqual(other(), {});
  });
});

describe('the requests of a claim for extended resources', () => {
  const c = (name: string, requests: ResourceList, restartPolicy?: 'Always'): Container =>
    testContainer({ name, requests, ...(restartPolicy === undefined ? {} : { restartPolicy }) });
  const of = (containers: readonly Container[], initContainers: readonly Container[] = [], resources = [gpu]) => {
    const pod = testPod({ spec: { containers, initContainers } });
    const { requests, mappings } = extendedRequests(
      pod,
      resources.map((resource) => ({ resource, className: resource })),
    );
    return {
      requests: Object.fromEntries(requests.map(({ name, exactly: exact }) => [name, exact?.count])),
      mappings: mappings.map(({ containerName, requestName }) => `${containerName} ${requestName}`),
    };
  };

  it('are one for each container and resource, numbered as the container names them', () => {
    const other = 'example.com/nic';
    assert.deepEqual(of([c('x', { cpu: '1', [gpu]: '2' }), c('y', { [other]: '1', [gpu]: '1' })], [], [gpu, other]), {
      requests: { 'container-0-request-1': 2, 'container-1-request-0': 1, 'container-1-request-1': 1 },
      mappings: ['x container-0-request-1', 'y container-1-request-0', 'y container-1-request-1'],
    });
  });

  it('let init containers use what later containers have, and each other’s', () => {
    const inits = [c('i0', { [gpu]: '3' }), c('side', { [gpu]: '1' }, 'Always'), c('i1', { [gpu]: '4' })];
    assert.deepEqual(of([c('x', { [gpu]: '2' })], inits), {
      requests: { 'container-1-request-0': 1, 'container-2-request-0': 2, 'container-3-request-0': 2 },
      mappings: [
        'side container-1-request-0',
        'x container-3-request-0',
        'i0 container-1-request-0',
        'i0 container-3-request-0',
        'i1 container-3-request-0',
        'i1 container-2-request-0',
      ],
    });
    const two = [c('i0', { [gpu]: '1' }), c('i1', { cpu: '1', [gpu]: '2' })];
    assert.deepEqual(of([c('x', {})], two), {
      requests: { 'container-1-request-1': 2 },
      mappings: ['i0 container-1-request-1', 'i1 container-1-request-1'],
    });
  });
});

describe('pods with extended resources, claims and device plugins at random', () => {
  /** Nodes: devices they have, or a device plugin's amount; pods: what they ask for. */
  const nodes = fc.array(fc.record({ devices: fc.nat(3), plugin: fc.nat(2) }), { minLength: 1, maxLength: 4 });
  const steps = fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('submit' as const), count: fc.integer({ min: 1, max: 3 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), place: fc.nat(20) }) },
    ),
    { maxLength: 20 },
  );

  it('never have more devices than there are, and no pod waits that would fit', () => {
    let waited = 0;
    fc.assert(
      fc.property(nodes, steps, (shapes, events) => {
        const s = session();
        s.put(classFor(gpu));
        shapes.forEach(({ devices, plugin }, place) => {
          const name = `n${place}`;
          s.put(testNode({ name, resources: plugin === 0 ? {} : { [gpu]: String(plugin) } }));
          s.put(testSlice({ nodeName: name, devices: Array.from({ length: devices }, (_, i) => `d${i}`) }));
        });
        events.forEach((event, place) => {
          if (event.kind === 'submit') s.put(podOf({ [gpu]: String(event.count) }, `p${place}`));
          else s.api.delete('Pod', 'default', `p${event.place}`);
          s.settle();
        });
        s.runUntil(s.clock.nowMs() + 600_000);
        const pods = [...s.api.list('Pod')];
        const asks = ({ spec }: Pod): number => Number(spec.containers[0]?.resources.requests[gpu]);
        const room = shapes.map(({ devices, plugin }, place) => {
          const on = pods.filter(({ spec }) => spec.nodeName === `n${place}`);
          return (plugin === 0 ? devices : plugin) - on.reduce((sum, pod) => sum + asks(pod), 0);
        });
        assert.ok(room.every((left) => left >= 0));
        for (const pod of pods) {
          if (pod.spec.nodeName !== '') continue;
          waited += 1;
          assert.ok(
            room.every((left) => left < asks(pod)),
            `${pod.metadata.name} waits`,
          );
        }
        const onDevices = pods.filter(({ spec }) => shapes[Number(spec.nodeName.slice(1) || -1)]?.plugin === 0);
        const claims = claimsIn(s);
        assert.deepEqual(
          claims.map(({ status }) => status.reservedFor[0]?.name).sort(),
          onDevices.map(({ metadata }) => metadata.name).sort(),
        );
        const taken = claims.flatMap(({ status }) => status.allocation?.results ?? []);
        assert.equal(new Set(taken.map(({ pool, device }) => `${pool}/${device}`)).size, taken.length);
        assert.equal(
          taken.length,
          onDevices.reduce((sum, pod) => sum + asks(pod), 0),
        );
      }),
      { numRuns: 150 },
    );
    assert.ok(waited > 50);
  });
});
