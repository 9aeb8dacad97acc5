import assert from 'node:assert/strict';
import { problemsOf, read, type Written } from '../support.ts';

const resource = (spec: Written, rest: Written = {}): Written => ({
  apiVersion: 'resource.k8s.io/v1',
  metadata: { name: 'a' },
  spec,
  ...rest,
});

describe('of devices are read', () => {
  it('slices, with attributes of every type', () => {
    const { spec } = read(
      'ResourceSlice',
      resource({
        driver: 'gpu.example.com',
        pool: { name: 'n', generation: 1, resourceSliceCount: 1 },
        nodeName: 'n',
        devices: [
          {
            name: 'gpu-0',
            attributes: {
              model: { string: 'A100' },
              index: { int: 0 },
              healthy: { bool: true },
              driverVersion: { version: '1.2.3' },
            },
            capacity: { memory: { value: '40Gi' } },
            taints: [
              { key: 'a', effect: 'NoSchedule' },
              { key: 'b', effect: 'None' },
            ],
          },
        ],
      }),
    );
    assert.deepEqual(spec, {
      driver: 'gpu.example.com',
      pool: { name: 'n', generation: 1, resourceSliceCount: 1 },
      nodeName: 'n',
      devices: [
        {
          name: 'gpu-0',
          attributes: { model: 'A100', index: 0, healthy: true, driverVersion: { version: '1.2.3' } },
          capacity: { memory: '40Gi' },
          taints: [{ key: 'a', value: '', effect: 'NoSchedule' }],
        },
      ],
    });
  });

  it('slices of partitions, for nodes of their own, with capacities to share', () => {
    const pool = { name: 'n', generation: 1, resourceSliceCount: 2 };
    const counters = [{ name: 'card', counters: { memory: { value: '40Gi' } } }];
    const { spec: first } = read(
      'ResourceSlice',
      resource({ driver: 'd', pool, allNodes: true, sharedCounters: counters }),
    );
    assert.deepEqual(first, {
      ...{ driver: 'd', pool, allNodes: true, devices: [] },
      sharedCounters: [{ name: 'card', counters: { memory: '40Gi' } }],
    });
    const requestPolicy = { default: '1Gi', validRange: { min: '1Gi', max: '8Gi', step: '1Gi' } };
    const { spec: second } = read(
      'ResourceSlice',
      resource({
        driver: 'd',
        pool,
        perDeviceNodeSelection: true,
        devices: [
          {
            name: 'p',
            nodeName: 'n',
            consumesCounters: [{ counterSet: 'card', counters: { memory: { value: '10Gi' } } }],
            capacity: { memory: { value: '10Gi', requestPolicy }, cores: { value: 4 } },
            allowMultipleAllocations: true,
            bindsToNode: true,
            bindingConditions: ['Ready'],
            bindingFailureConditions: ['Failed'],
          },
        ],
      }),
    );
    assert.deepEqual(second, {
      driver: 'd',
      pool,
      perDeviceNodeSelection: true,
      devices: [
        {
          name: 'p',
          nodeName: 'n',
          attributes: {},
          capacity: { memory: '10Gi', cores: '4' },
          requestPolicies: { memory: requestPolicy },
          taints: [],
          consumesCounters: [{ counterSet: 'card', counters: { memory: '10Gi' } }],
          allowMultipleAllocations: true,
          bindsToNode: true,
          bindingConditions: ['Ready'],
          bindingFailureConditions: ['Failed'],
        },
      ],
    });
  });

  it('claims that share devices and wait for them', () => {
    const result = {
      ...{ request: 'one', driver: 'd', pool: 'n', device: 'gpu-0', adminAccess: false },
      ...{ shareID: 'u', consumedCapacity: { memory: '1Gi' }, bindingConditions: ['Ready'] },
    };
    const condition = { type: 'Ready', status: 'True', reason: 'R', message: 'm' };
    const claim = read(
      'ResourceClaim',
      resource(
        {
          devices: {
            requests: [{ name: 'one', exactly: { deviceClassName: 'g', capacity: { requests: { memory: '1Gi' } } } }],
          },
        },
        {
          status: {
            allocation: { devices: { results: [{ ...result, more: 1 }] }, allocationTimestamp: '2026-01-01T00:00:00Z' },
            devices: [{ driver: 'd', pool: 'n', device: 'gpu-0', data: {}, conditions: [{ ...condition, more: 1 }] }],
          },
        },
      ),
    );
    assert.deepEqual(claim.spec.requests[0]?.exactly?.capacity, { memory: '1Gi' });
    assert.deepEqual(claim.status, {
      allocation: { results: [result], allocationTimestamp: '2026-01-01T00:00:00Z' },
      reservedFor: [],
      devices: [{ driver: 'd', pool: 'n', device: 'gpu-0', conditions: [condition] }],
    });
  });

  it('rules that taint', () => {
    const written = (taint: Written, deviceSelector?: Written): Written => ({
      ...resource({ taint, ...(deviceSelector === undefined ? {} : { deviceSelector }) }),
      apiVersion: 'resource.k8s.io/v1beta2',
    });
    assert.deepEqual(
      read('DeviceTaintRule', written({ key: 'k', effect: 'NoExecute' }, { driver: 'd', pool: 'p' })).spec,
      {
        deviceSelector: { driver: 'd', pool: 'p' },
        taint: { key: 'k', value: '', effect: 'NoExecute' },
      },
    );
    assert.deepEqual(read('DeviceTaintRule', written({ key: 'k', effect: 'None' })).spec, { deviceSelector: {} });
  });

  it('classes, with their selectors', () => {
    const selectors = [{ cel: { expression: 'device.driver == "gpu.example.com"' } }];
    const { spec } = read('DeviceClass', resource({ selectors, extendedResourceName: 'example.com/gpu', config: [] }));
    assert.deepEqual(spec, {
      selectors: [{ cel: 'device.driver == "gpu.example.com"' }],
      extendedResourceName: 'example.com/gpu',
    });
  });

  const devices = {
    requests: [
      { name: 'one', exactly: { deviceClassName: 'gpu' } },
      { name: 'any', firstAvailable: [{ name: 'big', deviceClassName: 'gpu', allocationMode: 'All' }] },
    ],
    constraints: [{ matchAttribute: 'example.com/numa' }],
    config: [],
  };
  const exactly = {
    deviceClassName: 'gpu',
    selectors: [],
    allocationMode: 'ExactCount',
    count: 1,
    adminAccess: false,
    tolerations: [],
  };
  const asRead = {
    requests: [
      { name: 'one', exactly },
      { name: 'any', firstAvailable: [{ ...exactly, name: 'big', allocationMode: 'All' }] },
    ],
    constraints: [{ requests: [], matchAttribute: 'example.com/numa' }],
  };

  it('claims, with the defaults of requests and what they were given', () => {
    const claim = read(
      'ResourceClaim',
      resource(
        { devices },
        {
          status: {
            allocation: {
              devices: { results: [{ request: 'one', driver: 'd', pool: 'n', device: 'gpu-0' }], config: [] },
            },
            reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }],
          },
        },
      ),
    );
    assert.deepEqual(claim.spec, asRead);
    assert.deepEqual(claim.status, {
      allocation: {
        results: [{ request: 'one', driver: 'd', pool: 'n', device: 'gpu-0', adminAccess: false }],
      },
      reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }],
    });
  });

  it('templates of claims', () => {
    assert.deepEqual(
      read('ResourceClaimTemplate', resource({ metadata: { labels: { a: 'b' } }, spec: { devices } })).spec,
      {
        spec: asRead,
      },
    );
  });
});

describe('a mistake in an object of devices is named with its place, value and remedy:', () => {
  const head = (kind: string, spec: string): string =>
    `{apiVersion: resource.k8s.io/v1, kind: ${kind}, metadata: {name: a}, spec: {${spec}}}`;
  const slice = (fields: string): string => head('ResourceSlice', `driver: d, pool: {name: n}, ${fields}`);
  const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
    [
      'devices of no node',
      slice('devices: []'),
      'spec.nodeName: is not clear (allowed exactly one of nodeName, nodeSelector, allNodes: true, perDeviceNodeSelection: true)',
    ],
    [
      'a device that chooses nodes where the slice does',
      slice('nodeName: n, devices: [{name: d, nodeName: n}]'),
      'spec.devices[0].nodeName: is not clear (got "n"; allowed absent without perDeviceNodeSelection: true)',
    ],
    [
      'a device without nodes where the slice has none',
      slice('perDeviceNodeSelection: true, devices: [{name: d}]'),
      'spec.devices[0].nodeName: is not clear (allowed exactly one of nodeName, nodeSelector, allNodes: true)',
    ],
    [
      'counters beside devices',
      slice('nodeName: n, devices: [{name: d}], sharedCounters: [{name: s, counters: {c: {value: 1}}}]'),
      'spec.sharedCounters: is one too many (got [{"name":"s","counters":{"c":{"value":1}}}]; allowed counters or devices, not both)',
    ],
    [
      'steps from nowhere',
      slice('nodeName: n, devices: [{name: d, capacity: {m: {value: 4, requestPolicy: {validRange: {step: 1}}}}}]'),
      'spec.devices[0].capacity.m.requestPolicy.validRange.min: is required (allowed where steps are counted from)',
    ],
    [
      'an attribute of two types',
      slice('nodeName: n, devices: [{name: d, attributes: {a: {int: 1, bool: true}}}]'),
      'spec.devices[0].attributes.a: is not one value (got {"int":1,"bool":true}; allowed one of string, int, bool, version)',
    ],
    [
      'a taint with an effect that there is not',
      slice('nodeName: n, devices: [{name: d, taints: [{key: k, effect: Sometimes}]}]'),
      'spec.devices[0].taints[0].effect: is not a known value (got "Sometimes"; allowed NoSchedule, PreferNoSchedule, NoExecute, None)',
    ],
    [
      'a request for nothing',
      head('ResourceClaim', 'devices: {requests: [{name: a}]}'),
      'spec.devices.requests[0].exactly: is required (allowed it or firstAvailable, not both)',
    ],
    [
      'a count below 1',
      head('ResourceClaim', 'devices: {requests: [{name: a, exactly: {deviceClassName: g, count: 0}}]}'),
      'spec.devices.requests[0].exactly.count: is out of range (got 0; allowed a whole number from 1',
    ],
  ];
  for (const [what, text, expected] of cases) {
    it(what, async () => {
      const [line = '', ...more] = await problemsOf(text);
      assert.deepEqual(more, []);
      assert.ok(/^f\.yaml:1:\d+: /.test(line) && line.includes(expected), line);
    });
  }
});
