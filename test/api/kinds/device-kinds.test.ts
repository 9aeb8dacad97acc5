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
      'spec.nodeName: is not clear (allowed exactly one of nodeName, nodeSelector, allNodes: true)',
    ],
    [
      'a partition, which is not followed',
      slice('nodeName: n, devices: [{name: d, consumesCounters: []}]'),
      'spec.devices[0].consumesCounters: is not supported (got []; allowed left out)',
    ],
    [
      'an attribute of two types',
      slice('nodeName: n, devices: [{name: d, attributes: {a: {int: 1, bool: true}}}]'),
      'spec.devices[0].attributes.a: is not one value (got {"int":1,"bool":true}; allowed one of string, int, bool, version)',
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
