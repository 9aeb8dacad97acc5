import assert from 'node:assert/strict';
import type { DeviceRequest, Pod, SchedulingObjects } from '../../../../src/api/objects.ts';
import type { ClusterState } from '../../../../src/scheduler/cluster/cluster-state.ts';
import type { StoredKind } from '../../../../src/scheduler/cluster/object-table.ts';
import type { SchedulerClient } from '../../../../src/scheduler/framework/plugin.ts';
import type { PluginContext } from '../../../../src/scheduler/framework/plugin-factory.ts';
import { dynamicResources } from '../../../../src/scheduler/plugins/dynamic-resources.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode, testToleration } from '../../support/cluster.ts';
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

const none = 'unresolvable: cannot allocate all claims';
const withTaints = { featureEnabled: (gate: string) => gate === 'DRADeviceTaints' };

function clusterOf(objects: readonly StoredObject[]): ClusterState {
  const nodes = ['a', 'b'].map((name) => testNode({ name, labels: { host: name, zone: `zone-${name}` } }));
  return testCluster(nodes, [], [testDeviceClass(), ...objects]);
}

function reasons(
  objects: readonly StoredObject[],
  pod: Pod = podWithClaims('claim'),
  words: Partial<PluginContext> = {},
): Record<string, string> {
  const cluster = clusterOf(objects);
  return reasonsOf(createPlugin(dynamicResources, cluster, {}, words), cycleFor(cluster, pod));
}

/** Devices by claim and request, as they are written for node `a`; undefined when there are none to be had. */
function devicesOn(objects: readonly StoredObject[], pod: Pod = podWithClaims('claim')): string[] | undefined {
  const cluster = clusterOf(objects);
  const written: string[] = [];
  const client: SchedulerClient = {
    bind: () => undefined,
    evict: () => undefined,
    nominate: () => undefined,
    updateResourceClaim({ metadata, status }) {
      for (const { request, pool, device } of status.allocation?.results ?? []) {
        written.push(`${metadata.name} ${request} ${pool}/${device}`);
      }
    },
  };
  const plugin = createPlugin(dynamicResources, cluster, {}, { client });
  const cycle = cycleFor(cluster, pod);
  if ('a' in reasonsOf(plugin, cycle)) return undefined;
  const slot = cluster.slotOf('a') ?? -1;
  assert.equal(plugin.reserve?.(cycle, slot), undefined);
  assert.equal(plugin.preBind?.(cycle, slot), undefined);
  return written;
}

const request = (name: string, words: Parameters<typeof exactly>[0] = {}): DeviceRequest => ({
  name,
  exactly: exactly(words),
});

describe('devices for a claim', () => {
  it('are looked for on the nodes that have them', () => {
    const slice = testSlice({ nodeName: 'a', devices: ['d0'] });
    assert.deepEqual(reasons([testResourceClaim(), slice]), { b: none });
    assert.deepEqual(reasons([testResourceClaim()]), { a: none, b: none });
    assert.deepEqual(reasons([testResourceClaim(), testSlice({ devices: ['d0'] })]), {});
    const inZone = testSlice({ nodeSelector: nodesWith({ zone: 'zone-b' }), devices: ['d0'] });
    assert.deepEqual(reasons([testResourceClaim(), inZone]), { a: none });
  });

  it('are as many as it asks for, the first that there are', () => {
    const slice = testSlice({ nodeName: 'a', devices: ['d0', 'd1', 'd2'] });
    const two = testResourceClaim({ requests: [request('r', { count: 2 })] });
    assert.deepEqual(devicesOn([two, slice]), ['claim r a/d0', 'claim r a/d1']);
    const four = testResourceClaim({ requests: [request('r', { count: 4 })] });
    assert.equal(devicesOn([four, slice]), undefined);
  });

  it('are none that another claim has, nor one of the same pod', () => {
    const slice = testSlice({ nodeName: 'a', devices: ['d0', 'd1'] });
    const other = testResourceClaim({ name: 'other', allocated: ['a/d0'] });
    assert.deepEqual(devicesOn([testResourceClaim(), other, slice]), ['claim r a/d1']);
    const second = testResourceClaim({ name: 'second' });
    const pod = podWithClaims('claim', 'second');
    assert.deepEqual(devicesOn([testResourceClaim(), second, slice], pod), ['claim r a/d0', 'second r a/d1']);
    assert.equal(devicesOn([testResourceClaim(), second, other, slice], pod), undefined);
  });

  it('meet the selectors of the class and of the request', () => {
    const devices = [
      testDevice('small', { attributes: { kind: 'gpu' }, capacity: { memory: '8Gi' } }),
      testDevice('nic', { attributes: { kind: 'nic' }, capacity: { memory: '80Gi' } }),
      testDevice('large', { attributes: { kind: 'gpu' }, capacity: { memory: '80Gi' } }),
    ];
    const objects = [
      testDeviceClass('card', `device.attributes["${driver}"].kind == "gpu"`),
      testSlice({ nodeName: 'a', devices }),
    ];
    const selectors = [`device.capacity["${driver}"].memory.compareTo(quantity("16Gi")) >= 0`];
    const claim = testResourceClaim({ requests: [request('r', { deviceClass: 'card', selectors })] });
    assert.deepEqual(devicesOn([claim, ...objects]), ['claim r a/large']);
  });

  it('are changed again where a later request finds none otherwise', () => {
    const devices = [testDevice('both', { attributes: { n: 2 } }), testDevice('plain', { attributes: { n: 1 } })];
    const picky = request('picky', { selectors: [`device.attributes["${driver}"].n == 2`] });
    const claim = testResourceClaim({ requests: [request('easy'), picky] });
    assert.deepEqual(devicesOn([claim, testSlice({ nodeName: 'a', devices })]), [
      'claim easy a/plain',
      'claim picky a/both',
    ]);
  });

  it('are all that there are, if it asks for all', () => {
    const slice = testSlice({ nodeName: 'a', devices: ['d0', 'd1'] });
    const all = testResourceClaim({ requests: [request('r', { count: 'all' })] });
    assert.deepEqual(devicesOn([all, slice]), ['claim r a/d0', 'claim r a/d1']);
    assert.equal(devicesOn([all]), undefined);
    assert.equal(devicesOn([all, slice, testResourceClaim({ name: 'other', allocated: ['a/d1'] })]), undefined);
  });

  it('are the first choice that can be had, by the name of request and choice', () => {
    const slice = testSlice({ nodeName: 'a', devices: [testDevice('d0', { attributes: { n: 1 } })] });
    const choice = (name: string, n: number) => ({
      ...exactly({ selectors: [`device.attributes["${driver}"].n == ${n}`] }),
      name,
    });
    const claim = testResourceClaim({
      requests: [{ name: 'r', firstAvailable: [choice('two', 2), choice('one', 1)] }],
    });
    assert.deepEqual(devicesOn([claim, slice]), ['claim r/one a/d0']);
    const neither = testResourceClaim({ requests: [{ name: 'r', firstAvailable: [choice('two', 2)] }] });
    assert.equal(devicesOn([neither, slice]), undefined);
  });

  it('may be shared for administration, but not had twice by one claim', () => {
    const slice = testSlice({ nodeName: 'a', devices: ['d0'] });
    const other = testResourceClaim({ name: 'other', allocated: ['a/d0'] });
    const admin = testResourceClaim({ requests: [request('r', { adminAccess: true })] });
    assert.deepEqual(devicesOn([admin, slice, other]), ['claim r a/d0']);
    const twice = testResourceClaim({ requests: [request('r', { adminAccess: true, count: 2 })] });
    assert.equal(devicesOn([twice, slice]), undefined);
    const watched = {
      ...other,
      status: {
        ...other.status,
        allocation: { results: [{ request: 'r', driver, pool: 'a', device: 'd0', adminAccess: true }] },
      },
    };
    assert.deepEqual(devicesOn([testResourceClaim(), slice, watched]), ['claim r a/d0']);
  });

  it('share an attribute where the claim says so', () => {
    const device = (name: string, numa: number) => testDevice(name, { attributes: { 'dra.example.com/numa': numa } });
    const devices = [device('d0', 0), device('d1', 1), testDevice('d2'), device('d3', 1)];
    const slice = testSlice({ nodeName: 'a', devices });
    const matchAttribute = 'dra.example.com/numa';
    const claim = testResourceClaim({ requests: [request('r', { count: 2 })], constraints: [{ matchAttribute }] });
    assert.deepEqual(devicesOn([claim, slice]), ['claim r a/d1', 'claim r a/d3']);
    const requests = [request('one'), request('two')];
    const free = testResourceClaim({ requests, constraints: [{ matchAttribute, requests: ['two'] }] });
    assert.deepEqual(devicesOn([free, slice]), ['claim one a/d0', 'claim two a/d1']);
  });

  it("find the driver's own attribute by its bare name, and tell types apart", () => {
    const one = testDevice('d0', { attributes: { numa: 1 } });
    const asText = testDevice('d1', { attributes: { numa: '1' } });
    const full = testDevice('d2', { attributes: { [`${driver}/numa`]: 1 } });
    const claim = testResourceClaim({
      requests: [request('r', { count: 2 })],
      constraints: [{ matchAttribute: `${driver}/numa` }],
    });
    assert.equal(devicesOn([claim, testSlice({ nodeName: 'a', devices: [one, asText] })]), undefined);
    assert.deepEqual(devicesOn([claim, testSlice({ nodeName: 'a', devices: [one, asText, full] })]), [
      'claim r a/d0',
      'claim r a/d2',
    ]);
  });

  it('differ in an attribute where the claim says so', () => {
    const device = (name: string, slot: number) => testDevice(name, { attributes: { slot } });
    const slice = testSlice({ nodeName: 'a', devices: [device('d0', 0), device('d1', 0), device('d2', 1)] });
    const claim = testResourceClaim({
      requests: [request('r', { count: 2 })],
      constraints: [{ distinctAttribute: `${driver}/slot` }],
    });
    assert.deepEqual(devicesOn([claim, slice]), ['claim r a/d0', 'claim r a/d2']);
  });

  it('constrain choices by the name of the request or of the choice', () => {
    const device = (name: string, n: number) => testDevice(name, { attributes: { n } });
    const slice = testSlice({ nodeName: 'a', devices: [device('d0', 0), device('d1', 1), device('d2', 1)] });
    const choices = { name: 'r', firstAvailable: [{ ...exactly({ count: 2 }), name: 'pair' }] };
    const matchAttribute = `${driver}/n`;
    for (const requests of [['r'], ['r/pair'], []]) {
      const claim = testResourceClaim({ requests: [choices], constraints: [{ matchAttribute, requests }] });
      assert.deepEqual(devicesOn([claim, slice]), ['claim r/pair a/d1', 'claim r/pair a/d2']);
    }
    const unconcerned = testResourceClaim({
      requests: [choices],
      constraints: [{ matchAttribute, requests: ['r/other'] }],
    });
    assert.deepEqual(devicesOn([unconcerned, slice]), ['claim r/pair a/d0', 'claim r/pair a/d1']);
  });

  it('are not tainted ones, unless that is tolerated', () => {
    const slice = testSlice({ nodeName: 'a', devices: [testDevice('d0', { taints: ['broken=yes:NoExecute'] })] });
    const soft = testSlice({ nodeName: 'a', devices: [testDevice('d0', { taints: ['hot:PreferNoSchedule'] })] });
    const pod = podWithClaims('claim');
    const tolerating = (words: Parameters<typeof testToleration>[0]) =>
      testResourceClaim({ requests: [request('r', { tolerations: [testToleration(words)] })] });
    const verdict = (claim: StoredObject, of = slice) => reasons([claim, of], pod, withTaints).a;
    assert.equal(verdict(testResourceClaim()), none);
    assert.equal(verdict(testResourceClaim(), soft), undefined);
    assert.equal(verdict(tolerating({ key: 'broken', operator: 'Exists' })), undefined);
    assert.equal(verdict(tolerating({ key: 'broken', value: 'yes', effect: 'NoExecute' })), undefined);
    assert.equal(verdict(tolerating({ key: 'broken', value: 'no' })), none);
    assert.equal(verdict(tolerating({ key: 'broken', operator: 'Exists', effect: 'NoSchedule' })), none);
    assert.equal(reasons([testResourceClaim(), slice], pod).a, undefined);
  });
});

describe('pools of devices', () => {
  const all = testResourceClaim({ requests: [request('r', { count: 'all' })] });

  it('are only used when all their slices are there', () => {
    const first = testSlice({ nodeName: 'a', of: 2, devices: ['d0'] });
    const second = testSlice({ nodeName: 'a', name: 'second', of: 2, devices: ['d1'] });
    assert.equal(reasons([testResourceClaim(), first]).a, none);
    assert.deepEqual(devicesOn([testResourceClaim({ requests: [request('r', { count: 2 })] }), first, second]), [
      'claim r a/d0',
      'claim r a/d1',
    ]);
    assert.equal(reasons([testResourceClaim(), first], podWithClaims('claim'), { compat: '1.34' }).a, undefined);
  });

  it('may have their other slices on other nodes', () => {
    const here = testSlice({ name: 'here', pool: 'p', of: 2, nodeName: 'a', devices: ['d0'] });
    const there = testSlice({ name: 'there', pool: 'p', of: 2, nodeName: 'b', devices: ['d1'] });
    assert.deepEqual(devicesOn([all, here, there]), ['claim r p/d0']);
  });

  it('are what their newest generation says', () => {
    const old = testSlice({ nodeName: 'a', name: 'old', devices: ['d0'] });
    const young = testSlice({ nodeName: 'a', name: 'young', generation: 2, devices: ['d1'] });
    assert.deepEqual(devicesOn([testResourceClaim(), old, young]), ['claim r a/d1']);
    assert.deepEqual(devicesOn([testResourceClaim(), young, old]), ['claim r a/d1']);
  });

  it('are passed over where only old slices of them are for the node', () => {
    const old = testSlice({ nodeName: 'a', name: 'old', pool: 'p', of: 2, devices: ['d0'] });
    const young = testSlice({ nodeName: 'b', name: 'young', pool: 'p', generation: 2, devices: ['d1'] });
    assert.equal(reasons([all, old, young]).a, none);
  });

  it('stop a claim to all devices while they are incomplete or invalid', () => {
    const half = testSlice({ nodeName: 'a', of: 2, devices: ['d0'] });
    assert.throws(() => reasons([all, half]), {
      message:
        /claim default\/claim, request r: asks for all devices, but resource pool gpu\.example\.com\/a is currently being updated/,
    });
    assert.throws(() => reasons([all, testSlice({ nodeName: 'a', devices: ['d0', 'd0'] })]), {
      message: /resource pool gpu\.example\.com\/a is currently invalid/,
    });
  });

  it('are invalid when two devices have one name, which is said where nothing else can be had', () => {
    const twice = testSlice({ nodeName: 'a', pool: 'twice', devices: ['d0', 'd0'] });
    assert.equal(reasons([testResourceClaim(), twice]).a, 'unresolvable: invalid resource pools were encountered');
    const good = testSlice({ nodeName: 'a', pool: 'good', devices: ['d0'] });
    assert.deepEqual(devicesOn([testResourceClaim(), twice, good]), ['claim r good/d0']);
  });

  it('follow their slices and the labels of nodes', () => {
    const cluster = clusterOf([testResourceClaim()]);
    const plugin = createPlugin(dynamicResources, cluster);
    const verdict = () => reasonsOf(plugin, cycleFor(cluster, podWithClaims('claim'))).a;
    assert.equal(verdict(), none);
    const slice = testSlice({ nodeSelector: nodesWith({ rack: 'r' }), devices: ['d0'] });
    cluster.objects.set('ResourceSlice', slice);
    assert.equal(verdict(), none);
    cluster.setNode(testNode({ name: 'a', labels: { rack: 'r' } }));
    assert.equal(verdict(), undefined);
    cluster.objects.set('ResourceSlice', { ...slice, spec: { ...slice.spec, devices: [] } });
    assert.equal(verdict(), none);
    cluster.objects.set('ResourceSlice', slice);
    assert.equal(verdict(), undefined);
    cluster.objects.set('DeviceClass', testDeviceClass('gpu', 'false'));
    assert.equal(verdict(), none);
    cluster.objects.set('DeviceClass', testDeviceClass());
    cluster.objects.delete('ResourceSlice', slice);
    assert.equal(verdict(), none);
  });
});

describe('claims that are wrong', () => {
  const slice = testSlice({ nodeName: 'a', devices: ['d0', 'd1'] });

  it('fail the attempt with what CEL says', () => {
    const broken = testResourceClaim({ requests: [request('r', { selectors: ['device.driver =='] })] });
    assert.throws(() => reasons([broken, slice]), {
      message: /claim default\/claim: selector #0: CEL compile error: compilation failed: Unexpected token: EOF/,
    });
    const absent = testResourceClaim({
      requests: [request('r', { selectors: ['true', `device.attributes["${driver}"].x == 1`] })],
    });
    assert.throws(() => reasons([absent, slice]), {
      message:
        /claim default\/claim: selector #1 on device gpu\.example\.com\/a\/d0: CEL runtime error: No such key: x/,
    });
    const number = testResourceClaim({ requests: [request('r', { deviceClass: 'odd' })] });
    const odd = testDeviceClass('odd', `device.attributes["${driver}"].n`);
    const counted = testSlice({ nodeName: 'a', devices: [testDevice('d0', { attributes: { n: 1 } })] });
    assert.throws(() => reasons([number, odd, counted]), {
      message:
        /class odd: selector #0 on device gpu\.example\.com\/a\/d0: CEL runtime error: CEL result could not be converted to bool/,
    });
  });

  it('fail the attempt when they want more than a claim may have', () => {
    const many = testResourceClaim({ requests: [request('r', { count: 20 }), request('s', { count: 13 })] });
    assert.throws(() => reasons([many, slice]), {
      message: /claim default\/claim: number of requested devices 33 exceeds the claim limit of 32/,
    });
  });

  it('take fewer where a choice would be too many', () => {
    const devices = Array.from({ length: 40 }, (_, place) => `d${place}`);
    const choices = [32, 20, 2].map((count) => ({ ...exactly({ count }), name: `c${count}` }));
    const claim = testResourceClaim({
      requests: [request('r', { count: 12 }), { name: 's', firstAvailable: choices }],
    });
    const written = devicesOn([claim, testSlice({ nodeName: 'a', devices })]);
    assert.equal(written?.length, 32);
    assert.equal(written?.filter((text) => text.startsWith('claim s/c20 ')).length, 20);
  });

  it('fail the attempt when they want all devices and a constraint that not all meet', () => {
    const devices = [0, 1].map((n) => testDevice(`d${n}`, { attributes: { n } }));
    const constraints = [{ matchAttribute: `${driver}/n` }];
    const claim = testResourceClaim({ requests: [request('r', { count: 'all' })], constraints });
    assert.throws(() => reasons([claim, testSlice({ nodeName: 'a', devices })]), {
      message:
        /request r: cannot add device gpu\.example\.com\/a\/d1 because a claim constraint would not be satisfied/,
    });
  });

  it('fail the attempt when a constraint says nothing', () => {
    assert.throws(() => reasons([testResourceClaim({ constraints: [{}] }), slice]), {
      message: /claim default\/claim, constraint #0: empty constraint/,
    });
  });

  it('fail the attempt when the search is too long', () => {
    const devices = Array.from({ length: 24 }, (_, place) => testDevice(`d${place}`, { attributes: { place } }));
    const impossible = request('last', { selectors: [`device.attributes["${driver}"].place > 100`] });
    const claim = testResourceClaim({ requests: [request('r', { count: 12 }), impossible] });
    assert.throws(() => reasons([claim, testSlice({ nodeName: 'a', devices })]), {
      message: /node a: timed out trying to allocate devices/,
    });
  });
});
