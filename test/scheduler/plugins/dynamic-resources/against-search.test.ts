/** Allocations against a search that tries every assignment of devices to requests and keeps the valid ones. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Device, DeviceRequest, ExactDeviceRequest, ResourceClaim } from '../../../../src/api/objects.ts';
import { PluginError } from '../../../../src/scheduler/framework/errors.ts';
import type { SchedulerClient } from '../../../../src/scheduler/framework/plugin.ts';
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

// --- few devices, few requests, so that everything can be tried

const numbers = fc.record({ n: fc.nat(2), m: fc.option(fc.nat(1)) });
const devices: fc.Arbitrary<Device[]> = fc
  .array(numbers, { maxLength: 5 })
  .map((list) =>
    list.map(({ n, m }, place) => testDevice(`d${place}`, { attributes: { n, ...(m === null ? {} : { m }) } })),
  );

const selector = fc.constantFrom<readonly number[]>([], [], [0, 1], [1, 2], [2]);
const request: fc.Arbitrary<ExactDeviceRequest> = fc
  .record({
    wanted: selector,
    count: fc.constantFrom<number | 'all'>(1, 1, 1, 2, 'all'),
    adminAccess: fc.nat(7).map((one) => one === 0),
  })
  .map(({ wanted, count, adminAccess }) =>
    exactly({
      count,
      adminAccess,
      selectors: wanted.length === 0 ? [] : [`device.attributes["${driver}"].n in [${wanted.join(', ')}]`],
    }),
  );

const deviceRequest = fc.oneof(
  { weight: 3, arbitrary: request.map((exact) => ({ exactly: exact })) },
  fc.array(request, { minLength: 1, maxLength: 3 }).map((list) => ({
    firstAvailable: list.map((one, place) => ({ ...one, adminAccess: false, name: `c${place}` })),
  })),
);

const constraint = fc.oneof(
  fc.constant({ matchAttribute: `${driver}/n` }),
  fc.constant({ matchAttribute: `${driver}/m` }),
  fc.constant({ distinctAttribute: `${driver}/n` }),
  fc.constantFrom('r0', 'r1').map((name) => ({ matchAttribute: `${driver}/n`, requests: [name] })),
);

const claim = fc.record({
  requests: fc
    .array(deviceRequest, { minLength: 1, maxLength: 2 })
    .map((list) => list.map((one, place): DeviceRequest => ({ name: `r${place}`, ...one }))),
  constraints: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(constraint, { maxLength: 2 })),
});

const claims = fc
  .array(claim, { minLength: 1, maxLength: 2 })
  .map((list) => list.map((words, place) => testResourceClaim({ name: `claim${place}`, ...words })));

// --- the search that only ever looks at complete assignments

interface Given {
  readonly claim: string;
  readonly request: string;
  readonly device: Device;
  readonly admin: boolean;
}

/** Every way to choose one alternative per request. */
function choices({ spec }: ResourceClaim): (readonly [string, ExactDeviceRequest])[][] {
  return spec.requests.reduce<(readonly [string, ExactDeviceRequest])[][]>(
    (ways, { name, exactly: exact, firstAvailable = [] }) => {
      const alternatives: (readonly [string, ExactDeviceRequest])[] =
        exact === undefined ? firstAvailable.map((one) => [`${name}/${one.name}`, one] as const) : [[name, exact]];
      return ways.flatMap((way) => alternatives.map((one) => [...way, one]));
    },
    [[]],
  );
}

const wants = ({ selectors }: ExactDeviceRequest, { attributes }: Device): boolean => {
  const [first] = selectors;
  return (
    first === undefined || (first.cel.match(/\[([\d, ]+)\]$/)?.[1] ?? '').split(', ').includes(String(attributes.n))
  );
};

/** Every way to choose `count` different devices, in order. */
function picks(all: readonly Device[], count: number): Device[][] {
  if (count === 0) return [[]];
  return all.flatMap((device) =>
    picks(
      all.filter((other) => other !== device),
      count - 1,
    ).map((rest) => [device, ...rest]),
  );
}

function assignments(
  claimName: string,
  way: readonly (readonly [string, ExactDeviceRequest])[],
  all: readonly Device[],
): Given[][] {
  return way.reduce<Given[][]>(
    (ways, [name, exact]) => {
      const suitable = all.filter((device) => wants(exact, device));
      const chosen =
        exact.allocationMode === 'All' ? (suitable.length === 0 ? [] : [suitable]) : picks(suitable, exact.count);
      return ways.flatMap((given) =>
        chosen.map((some) => [
          ...given,
          ...some.map((device) => ({ claim: claimName, request: name, device, admin: exact.adminAccess })),
        ]),
      );
    },
    [[]],
  );
}

function isValid(given: readonly Given[], wanted: readonly ResourceClaim[], taken: ReadonlySet<string>): boolean {
  const seen: Given[] = [];
  for (const one of given) {
    const same = seen.filter(({ device }) => device === one.device);
    if (one.admin ? same.some((other) => other.claim === one.claim) : same.length > 0 || taken.has(one.device.name))
      return false;
    seen.push(one);
  }
  return wanted.every(({ metadata, spec }) =>
    spec.constraints.every(({ requests, matchAttribute, distinctAttribute }) => {
      const name = (matchAttribute ?? distinctAttribute ?? '').replace(`${driver}/`, '');
      const values = given
        .filter((one) => one.claim === metadata.name)
        .filter((one) => requests.length === 0 || requests.includes(one.request.split('/')[0] ?? ''))
        .map(({ device }) => device.attributes[name]);
      if (values.includes(undefined)) return false;
      return new Set(values).size === (matchAttribute === undefined ? values.length : Math.min(1, values.length));
    }),
  );
}

function canBeAllocated(wanted: readonly ResourceClaim[], all: readonly Device[], taken: ReadonlySet<string>): boolean {
  const perClaim = wanted.map((one) => choices(one).flatMap((way) => assignments(one.metadata.name, way, all)));
  const together = perClaim.reduce<Given[][]>(
    (ways, next) => ways.flatMap((way) => next.map((given) => [...way, ...given])),
    [[]],
  );
  return together.some((given) => isValid(given, wanted, taken));
}

describe('the search for devices', () => {
  it('finds an allocation exactly where there is one, and only valid ones', () => {
    const seen = { found: 0, none: 0 };
    fc.assert(
      fc.property(devices, claims, fc.subarray(['d0', 'd1', 'd2']), fc.boolean(), (all, wanted, taken, isSplit) => {
        const written: Given[] = [];
        const client: SchedulerClient = {
          bind: () => undefined,
          evict: () => undefined,
          nominate: () => undefined,
          updateResourceClaim({ metadata, status }) {
            for (const { request: name, device, adminAccess } of status.allocation?.results ?? []) {
              const found = all.find((one) => one.name === device);
              assert.ok(found !== undefined);
              written.push({ claim: metadata.name, request: name, device: found, admin: adminAccess });
            }
          },
        };
        const half = Math.ceil(all.length / 2);
        const slices = isSplit
          ? [
              testSlice({ name: 's0', nodeName: 'a', of: 2, devices: all.slice(0, half) }),
              testSlice({ name: 's1', nodeName: 'a', of: 2, devices: all.slice(half) }),
            ]
          : [testSlice({ nodeName: 'a', devices: all })];
        const holder = testResourceClaim({ name: 'holder', allocated: taken.map((name) => `a/${name}`) });
        const cluster = testCluster([testNode({ name: 'a' })], [], [testDeviceClass(), ...slices, holder, ...wanted]);
        const plugin = createPlugin(dynamicResources, cluster, {}, { client });
        const cycle = cycleFor(cluster, podWithClaims(...wanted.map(({ metadata }) => metadata.name)));
        const expected = canBeAllocated(wanted, all, new Set(taken));
        let fits: boolean;
        try {
          fits = !('a' in reasonsOf(plugin, cycle));
        } catch (error) {
          // All devices and a constraint that they break: kube-scheduler says so at once, whatever else may be.
          assert.ok(
            error instanceof PluginError && /because a claim constraint would not be satisfied/.test(error.message),
          );
          return;
        }
        assert.equal(fits, expected);
        seen[fits ? 'found' : 'none'] += 1;
        if (!fits) return;
        const slot = cluster.slotOf('a') ?? -1;
        assert.equal(plugin.reserve?.(cycle, slot), undefined);
        assert.equal(plugin.preBind?.(cycle, slot), undefined);
        assert.ok(isValid(written, wanted, new Set(taken)));
      }),
      { numRuns: 1000 },
    );
    assert.ok(seen.found > 50 && seen.none > 50, JSON.stringify(seen));
  });
});
