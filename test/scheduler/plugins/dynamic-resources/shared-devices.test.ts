/** Partitions of devices, devices for nodes of their own, and shares of devices. */
import assert from 'node:assert/strict';
import type {
  Device,
  NodeSelector,
  Pod,
  ResourceClaim,
  ResourceSlice,
  SchedulingObjects,
} from '../../../../src/api/objects.ts';
import type { StoredKind } from '../../../../src/scheduler/cluster/object-table.ts';
import { PluginError } from '../../../../src/scheduler/framework/errors.ts';
import type { Plugin, SchedulerClient } from '../../../../src/scheduler/framework/plugin.ts';
import { consumptionOf } from '../../../../src/scheduler/plugins/dynamic-resources/consumable-capacity.ts';
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

type StoredObject = SchedulingObjects[StoredKind];

const none = 'unresolvable: cannot allocate all claims';
const invalid = 'unresolvable: invalid resource pools were encountered';
const off = (gate: string) => (name: string) => name !== gate;

function bench(objects: readonly StoredObject[], featureEnabled: (gate: string) => boolean = () => true) {
  const nodes = ['a', 'b'].map((name) => testNode({ name, labels: { host: name } }));
  const cluster = testCluster(nodes, [], [testDeviceClass(), ...objects]);
  const client: SchedulerClient = {
    bind: () => undefined,
    evict: () => undefined,
    nominate: () => undefined,
    updateResourceClaim: (claim) => void cluster.objects.set('ResourceClaim', claim),
  };
  const plugin: Plugin = createPlugin(dynamicResources, cluster, {}, { client, featureEnabled });
  const reasons = (...claims: readonly string[]) => reasonsOf(plugin, cycleFor(cluster, podOf(...claims)));
  const take = (nodeName: string, ...claims: readonly string[]): ResourceClaim['status'] | undefined => {
    const cycle = cycleFor(cluster, podOf(...claims));
    assert.equal(reasonsOf(plugin, cycle)[nodeName], undefined);
    const slot = cluster.slotOf(nodeName) ?? -1;
    assert.equal(plugin.reserve?.(cycle, slot), undefined);
    assert.equal(plugin.preBind?.(cycle, slot), undefined);
    return cluster.objects.get('ResourceClaim', 'default', claims[0] ?? '')?.status;
  };
  return { cluster, reasons, take };
}

function podOf(...claims: readonly string[]): Pod {
  const pod = podWithClaims(...claims);
  return { ...pod, metadata: { ...pod.metadata, name: `pod-${claims.join('-')}` } };
}

const claimsTo = (...names: readonly string[]) => names.map((name) => testResourceClaim({ name }));

function withCounters(memory: string, words: Parameters<typeof testSlice>[0] = {}): ResourceSlice {
  const { spec, ...rest } = testSlice({ name: 'counters', ...words });
  return { ...rest, spec: { ...spec, sharedCounters: [{ name: 'card', counters: { memory } }] } };
}

const part = (name: string, memory: string, words: Partial<Device> = {}): Device => ({
  ...testDevice(name),
  consumesCounters: [{ counterSet: 'card', counters: { memory } }],
  ...words,
});

describe('partitions of a device', () => {
  const slices = (...devices: readonly Device[]) => [
    withCounters('40Gi', { nodeName: 'a', of: 2 }),
    testSlice({ nodeName: 'a', of: 2, devices }),
  ];

  it('can be had until their counters are used up', () => {
    const parts = ['p0', 'p1', 'p2'].map((name) => part(name, '20Gi'));
    const { reasons, take, cluster } = bench([...slices(...parts), ...claimsTo('c0', 'c1', 'c2')]);
    take('a', 'c0');
    take('a', 'c1');
    assert.deepEqual(reasons('c2'), { a: none, b: none });
    cluster.objects.set('ResourceClaim', testResourceClaim({ name: 'c0' }));
    assert.deepEqual(reasons('c2'), { b: none });
  });

  it('are chosen together so that they fit', () => {
    const two = testResourceClaim({ requests: [{ name: 'r', exactly: exactly({ count: 2 }) }] });
    const { take } = bench([...slices(part('big', '30Gi'), part('p0', '20Gi'), part('p1', '20Gi')), two]);
    assert.deepEqual(
      take('a', 'claim')?.allocation?.results.map(({ device }) => device),
      ['p0', 'p1'],
    );
  });

  it('of other nodes take of the same counters', () => {
    const only = (nodeName: string) => ({ nodeName });
    const { spec, ...rest } = testSlice({
      name: 'devices',
      of: 2,
      devices: [
        part('pa', '30Gi', only('a')),
        part('pb', '30Gi', only('b')),
        part('small', '10Gi', { allNodes: true }),
      ],
    });
    const { allNodes: _, ...others } = spec;
    const slice = { ...rest, spec: { ...others, perDeviceNodeSelection: true } };
    const { reasons, take } = bench([withCounters('40Gi', { of: 2 }), slice, ...claimsTo('c0', 'c1', 'c2')]);
    const { allocation } = take('b', 'c0') ?? {};
    assert.deepEqual(
      allocation?.results.map(({ device }) => device),
      ['pb'],
    );
    assert.deepEqual(allocation?.nodeSelector?.nodeSelectorTerms[0]?.matchFields[0]?.values, ['b']);
    const small = take('a', 'c1')?.allocation;
    assert.deepEqual(
      small?.results.map(({ device }) => device),
      ['small'],
    );
    assert.equal(small?.nodeSelector, undefined);
    assert.deepEqual(reasons('c2'), { a: none, b: none });
  });

  it('cannot be had from pools whose counters contradict themselves', () => {
    const twice = withCounters('40Gi', { nodeName: 'a', of: 2 });
    const doubled = {
      ...twice,
      spec: { ...twice.spec, sharedCounters: [...(twice.spec.sharedCounters ?? []), { name: 'card', counters: {} }] },
    };
    const devices = testSlice({ nodeName: 'a', of: 2, devices: [part('p0', '20Gi')] });
    assert.equal(bench([doubled, devices, ...claimsTo('c0')]).reasons('c0').a, invalid);
    const unknownSet = { consumesCounters: [{ counterSet: 'x', counters: {} }] };
    assert.equal(bench([...slices(part('p0', '1', unknownSet)), ...claimsTo('c0')]).reasons('c0').a, invalid);
    const unknownCounter = { consumesCounters: [{ counterSet: 'card', counters: { x: '1' } }] };
    assert.equal(bench([...slices(part('p0', '1', unknownCounter)), ...claimsTo('c0')]).reasons('c0').a, invalid);
  });

  it('and devices for nodes of their own are not seen without the gate', () => {
    const objects = [...slices(part('p0', '20Gi')), ...claimsTo('c0')];
    assert.deepEqual(bench(objects, off('DRAPartitionableDevices')).reasons('c0'), { a: none, b: none });
  });

  it('may be for the nodes of a selector', () => {
    const nodeSelector: NodeSelector = {
      nodeSelectorTerms: [{ matchFields: [], matchExpressions: [{ key: 'host', operator: 'In', values: ['b'] }] }],
    };
    const { spec, ...rest } = testSlice({ devices: [{ ...testDevice('d'), nodeSelector }] });
    const { allNodes: _, ...others } = spec;
    const b = bench([{ ...rest, spec: { ...others, perDeviceNodeSelection: true } }, ...claimsTo('c0')]);
    assert.deepEqual(b.reasons('c0'), { a: none });
    assert.deepEqual(b.take('b', 'c0')?.allocation?.nodeSelector, nodeSelector);
  });
});

describe('shares of a device', () => {
  const shared = (name: string, memory: string, words: Partial<Device> = {}): Device => ({
    ...testDevice(name, { capacity: { memory } }),
    allowMultipleAllocations: true,
    ...words,
  });
  const asking = (name: string, memory?: string, count = 1): ResourceClaim =>
    testResourceClaim({
      name,
      requests: [
        { name: 'r', exactly: { ...exactly({ count }), ...(memory === undefined ? {} : { capacity: { memory } }) } },
      ],
    });

  it('go to one request after the other while there is capacity', () => {
    const slice = testSlice({ nodeName: 'a', devices: [shared('d', '10Gi')] });
    const { reasons, take } = bench([
      slice,
      asking('c0', '4Gi'),
      asking('c1', '6Gi'),
      asking('c2', '1Ki'),
      asking('c3'),
    ]);
    const [first] = take('a', 'c0')?.allocation?.results ?? [];
    const { shareID, ...result } = first ?? {};
    assert.match(shareID ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.deepEqual(result, {
      ...{ request: 'r', driver, pool: 'a', device: 'd', adminAccess: false, consumedCapacity: { memory: '4Gi' } },
    });
    // Who names no capacity wants it whole.
    assert.deepEqual(reasons('c3'), { a: none, b: none });
    assert.notEqual(take('a', 'c1')?.allocation?.results[0]?.shareID, shareID);
    assert.deepEqual(reasons('c2'), { a: none, b: none });
  });

  it('of one device are not two devices for one request', () => {
    const slice = testSlice({ nodeName: 'a', devices: [shared('d', '10Gi')] });
    assert.deepEqual(bench([slice, asking('c', '1Gi', 2)]).reasons('c'), { a: none, b: none });
    const two = testResourceClaim({
      name: 'c',
      requests: ['r0', 'r1'].map((name) => ({ name, exactly: { ...exactly(), capacity: { memory: '5Gi' } } })),
    });
    assert.deepEqual(bench([slice, two]).reasons('c'), { b: none });
  });

  it('take counters of the device once', () => {
    const words = { consumesCounters: [{ counterSet: 'card', counters: { memory: '30Gi' } }] };
    const slices = [
      withCounters('40Gi', { nodeName: 'a', of: 2 }),
      testSlice({ nodeName: 'a', of: 2, devices: [shared('d', '10Gi', words), part('p', '10Gi'), part('q', '10Gi')] }),
    ];
    const { take, reasons } = bench([...slices, asking('c0', '4Gi'), asking('c1', '4Gi'), ...claimsTo('c2', 'c3')]);
    take('a', 'c0');
    take('a', 'c1');
    take('a', 'c2');
    assert.deepEqual(reasons('c3'), { a: none, b: none });
  });

  it('come in the sizes that the device allows', () => {
    const consumption = (memory: string | undefined, policy: Device['requestPolicies']) => {
      const device = shared('d', '10Gi', policy === undefined ? {} : { requestPolicies: policy });
      const slice = testSlice({ devices: [device] });
      const poolDevice = { ...{ device, slice, driver, pool: 'p', id: 'x', isShared: true, counters: [] } };
      return consumptionOf(poolDevice, memory === undefined ? undefined : { memory })?.memory;
    };
    assert.equal(consumption(undefined, undefined), '10Gi');
    assert.equal(consumption('3', undefined), '3');
    assert.equal(consumption(undefined, { memory: { default: '1Gi' } }), '1Gi');
    const values = { memory: { default: '1Gi', validValues: ['1Gi', '4Gi'] } };
    assert.equal(consumption('2Gi', values), '4Gi');
    assert.equal(consumption('5Gi', values), undefined);
    const range = { memory: { default: '3Gi', validRange: { min: '1Gi', max: '5Gi', step: '2Gi' } } };
    assert.deepEqual(
      ['1', '1Gi', '1025Mi', '4Gi', '5Gi', '6Gi'].map((memory) => consumption(memory, range)),
      ['1Gi', '1Gi', '3Gi', '5Gi', '5Gi', undefined],
    );
    assert.equal(consumption('2500m', { memory: { validRange: { min: '1' } } }), '2500m');
  });

  it('are not of devices without the capacity', () => {
    const slice = testSlice({ nodeName: 'a', devices: [shared('d', '10Gi')] });
    const other = testResourceClaim({ requests: [{ name: 'r', exactly: { ...exactly(), capacity: { cores: '1' } } }] });
    assert.deepEqual(bench([slice, other]).reasons('claim'), { a: none, b: none });
  });

  it('of a device that is had alone must be within its capacity as well', () => {
    const slice = testSlice({ nodeName: 'a', devices: [testDevice('d', { capacity: { memory: '10Gi' } })] });
    const { reasons, take } = bench([slice, asking('c0', '11Gi'), asking('c1', '1Gi'), asking('c2', '1Gi')]);
    assert.deepEqual(reasons('c0'), { a: none, b: none });
    const [result] = take('a', 'c1')?.allocation?.results ?? [];
    assert.deepEqual([result?.shareID, result?.consumedCapacity], [undefined, undefined]);
    assert.deepEqual(reasons('c2'), { a: none, b: none });
  });

  it('need the gate, without which a device is had whole and capacity may not be asked for', () => {
    const slice = testSlice({ nodeName: 'a', devices: [shared('d', '10Gi')] });
    const b = bench([slice, asking('c0', '4Gi'), asking('c1'), asking('c2')], off('DRAConsumableCapacity'));
    const message =
      'claim default/c0, request r: has capacity requests, but the DRAConsumableCapacity feature is disabled';
    assert.throws(
      () => b.reasons('c0'),
      (error) => error instanceof PluginError && error.message.includes(message),
    );
    assert.equal(b.take('a', 'c1')?.allocation?.results[0]?.shareID, undefined);
    assert.deepEqual(b.reasons('c2'), { a: none, b: none });
  });

  it('can be told by selectors', () => {
    const slice = testSlice({ nodeName: 'a', devices: [testDevice('d'), shared('s', '1')] });
    const claim = testResourceClaim({
      requests: [{ name: 'r', exactly: exactly({ selectors: ['device.allowMultipleAllocations'] }) }],
    });
    assert.equal(bench([slice, claim]).take('a', 'claim')?.allocation?.results[0]?.device, 's');
  });
});
