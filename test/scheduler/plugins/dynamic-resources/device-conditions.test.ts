/** Taints that rules add to devices, and conditions that devices must meet before pods are bound. */
import assert from 'node:assert/strict';
import type {
  Device,
  DeviceTaintRule,
  ResourceClaim,
  ResourceSlice,
  SchedulingObjects,
} from '../../../../src/api/objects.ts';
import type { StoredKind } from '../../../../src/scheduler/cluster/object-table.ts';
import type { SchedulerClient } from '../../../../src/scheduler/framework/plugin.ts';
import { dynamicResources } from '../../../../src/scheduler/plugins/dynamic-resources.ts';
import { createPlugin, cycleFor, reasonsOf, testCluster, testNode, testTaint } from '../../support/cluster.ts';
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

const none = 'unresolvable: cannot allocate all claims';
const but = (gate: string) => (name: string) => name !== gate;

function bench(
  objects: readonly SchedulingObjects[StoredKind][],
  featureEnabled: (gate: string) => boolean = () => true,
) {
  const nodes = ['a', 'b'].map((name) => testNode({ name }));
  const cluster = testCluster(nodes, [], [testDeviceClass(), ...objects]);
  const client: SchedulerClient = {
    bind: () => undefined,
    evict: () => undefined,
    nominate: () => undefined,
    updateResourceClaim: (claim) => void cluster.objects.set('ResourceClaim', claim),
  };
  const plugin = createPlugin(dynamicResources, cluster, {}, { client, featureEnabled });
  const cycle = () => cycleFor(cluster, podWithClaims('claim'));
  const reasons = () => reasonsOf(plugin, cycle());
  const allocate = (nodeName: string): ResourceClaim['status']['allocation'] => {
    const attempt = cycle();
    assert.equal(reasonsOf(plugin, attempt)[nodeName], undefined);
    const slot = cluster.slotOf(nodeName) ?? -1;
    assert.equal(plugin.reserve?.(attempt, slot), undefined);
    assert.equal(plugin.preBind?.(attempt, slot), undefined);
    return cluster.objects.get('ResourceClaim', 'default', 'claim')?.status.allocation;
  };
  return { cluster, plugin, cycle, reasons, allocate };
}

function rule(deviceSelector: DeviceTaintRule['spec']['deviceSelector'], taint?: string): DeviceTaintRule {
  return {
    apiVersion: 'resource.k8s.io/v1beta2',
    kind: 'DeviceTaintRule',
    metadata: { name: 'rule', labels: {}, annotations: {} },
    spec: { deviceSelector, ...(taint === undefined ? {} : { taint: testTaint(taint) }) },
  };
}

describe('a DeviceTaintRule', () => {
  const slices: ResourceSlice[] = ['a', 'b'].map((nodeName) => testSlice({ nodeName, devices: ['d0'] }));
  const objects = [...slices, testResourceClaim()];

  it('keeps claims from the devices that it selects by driver, pool and name', () => {
    const under = (selector: DeviceTaintRule['spec']['deviceSelector'], taint = 'broken:NoSchedule') =>
      bench([...objects, rule(selector, taint)]).reasons();
    assert.deepEqual(under({}), { a: none, b: none });
    assert.deepEqual(under({ pool: 'a' }), { a: none });
    assert.deepEqual(under({ driver, pool: 'b', device: 'd0' }, 'broken:NoExecute'), { b: none });
    assert.deepEqual(under({ driver: 'other' }), {});
    assert.deepEqual(under({ device: 'd1' }), {});
    assert.deepEqual(under({}, 'broken:PreferNoSchedule'), {});
    assert.deepEqual(bench([...objects, rule({})]).reasons(), {});
  });

  it('is tolerated as any taint of a device', () => {
    const toleration = { key: 'broken', operator: 'Exists', value: '', effect: '' } as const;
    const claim = testResourceClaim({ requests: [{ name: 'r', exactly: exactly({ tolerations: [toleration] }) }] });
    assert.deepEqual(bench([...slices, claim, rule({}, 'broken:NoSchedule')]).reasons(), {});
    assert.deepEqual(bench([...slices, claim, rule({}, 'other:NoSchedule')]).reasons(), { a: none, b: none });
  });

  it('counts from when it comes until it goes', () => {
    const b = bench(objects);
    assert.deepEqual(b.reasons(), {});
    b.cluster.objects.set('DeviceTaintRule', rule({ pool: 'a' }, 'broken:NoSchedule'));
    assert.deepEqual(b.reasons(), { a: none });
    b.cluster.objects.set('DeviceTaintRule', rule({ pool: 'b' }, 'broken:NoSchedule'));
    assert.deepEqual(b.reasons(), { b: none });
    b.cluster.objects.delete('DeviceTaintRule', rule({}));
    assert.deepEqual(b.reasons(), {});
  });

  it('needs its gate, and that of taints', () => {
    for (const gate of ['DRADeviceTaintRules', 'DRADeviceTaints']) {
      const b = bench([...objects, rule({}, 'broken:NoSchedule')], but(gate));
      assert.deepEqual(b.reasons(), {}, gate);
      const hint = hintOf(b.plugin, 'DeviceTaintRule', 'delete');
      assert.equal(
        hint(podWithClaims('claim'), eventOf('DeviceTaintRule', 'delete', rule({}), undefined)),
        'not registered',
      );
    }
    const hint = hintOf(bench(objects).plugin, 'DeviceTaintRule', 'delete');
    assert.equal(hint(podWithClaims('claim'), eventOf('DeviceTaintRule', 'delete', rule({}), undefined)), 'queue');
  });
});

describe('a device with binding conditions', () => {
  const conditions = { bindingConditions: ['Attached'], bindingFailureConditions: ['Broken'] };
  const fabric = (name: string, words: Partial<Device> = {}): Device => ({
    ...testDevice(name),
    ...conditions,
    ...words,
  });

  it('hands them to the claim, and comes after devices of pools without any', () => {
    const waiting = testSlice({ pool: 'first', devices: [fabric('d')] });
    assert.deepEqual(bench([waiting, testResourceClaim()]).allocate('a'), {
      results: [{ request: 'r', driver, pool: 'first', device: 'd', adminAccess: false, ...conditions }],
    });
    const ready = testSlice({ pool: 'second', devices: ['d'] });
    assert.equal(bench([waiting, ready, testResourceClaim()]).allocate('a')?.results[0]?.pool, 'second');
  });

  it('may bind the claim to a node', () => {
    const slice = testSlice({ devices: [fabric('d', { bindsToNode: true })] });
    const terms = bench([slice, testResourceClaim()]).allocate('b')?.nodeSelector?.nodeSelectorTerms;
    assert.deepEqual(terms, [
      { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] },
    ]);
  });

  it('cannot be had without the gate', () => {
    const b = bench([testSlice({ devices: [fabric('d')] }), testResourceClaim()], but('DRADeviceBindingConditions'));
    assert.deepEqual(b.reasons(), { a: none, b: none });
  });

  it('is taken back from a claim for which it could not be made ready', () => {
    const { status, ...rest } = testResourceClaim({ allocated: ['pool/d0', 'pool/d1'] });
    const held = (said: readonly (readonly [device: string, ...conditions: string[]])[]): ResourceClaim => ({
      ...rest,
      status: {
        ...status,
        allocation: { results: (status.allocation?.results ?? []).map((result) => ({ ...result, ...conditions })) },
        devices: said.map(([device, ...types]) => ({
          ...{ driver, pool: 'pool', device },
          conditions: types.map((type) => ({ type, status: 'True', reason: '', message: '' })),
        })),
      },
    });
    const notAvailable = 'unresolvable: resourceclaim not available on the node';
    const slice = testSlice({ devices: [fabric('d0'), fabric('d1')] });
    for (const said of [[], [['d0', 'Attached']], [['d0'], ['d1', 'Broken']], [['d0', 'Attached'], ['d1']]] as const) {
      assert.deepEqual(bench([slice, held(said)]).reasons(), {}, JSON.stringify(said));
    }
    for (const said of [
      [['d0', 'Broken']],
      [
        ['d0', 'Attached'],
        ['d1', 'Attached', 'Broken'],
      ],
    ] as const) {
      assert.deepEqual(bench([slice, held(said)], but('DRADeviceBindingConditions')).reasons(), {});
      const b = bench([slice, held(said)]);
      const attempt = b.cycle();
      assert.deepEqual(reasonsOf(b.plugin, attempt), { a: notAvailable, b: notAvailable });
      const diagnosis = {
        slots: new Int32Array(),
        statusOf: () => assert.fail(),
        counts: new Map(),
        plugins: new Set<string>(),
      };
      const verdict = b.plugin.postFilter?.(attempt, diagnosis);
      assert.ok(verdict?.kind === 'failed');
      assert.deepEqual(verdict.status.reasons, ['deallocation of ResourceClaim completed']);
      assert.deepEqual(b.cluster.objects.get('ResourceClaim', 'default', 'claim')?.status, { reservedFor: [] });
    }
  });
});
