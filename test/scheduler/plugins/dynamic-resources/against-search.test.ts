/** Allocations against a search that tries every assignment of devices to requests and keeps the valid ones. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type {
  CapacityRequestPolicy,
  Device,
  DeviceRequest,
  ExactDeviceRequest,
  ResourceClaim,
  ResourceSlice,
} from '../../../../src/api/objects.ts';
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

const numbers = { n: fc.nat(2), m: fc.option(fc.nat(1)) };
const deviceFrom = ({ n, m }: { n: number; m: number | null }, place: number): Device =>
  testDevice(`d${place}`, { attributes: { n, ...(m === null ? {} : { m }) } });
const devices: fc.Arbitrary<Device[]> = fc
  .array(fc.record(numbers), { maxLength: 5 })
  .map((list) => list.map(deviceFrom));

interface Policy {
  readonly written: CapacityRequestPolicy | undefined;
  /** What a request comes to; undefined where it cannot be. */
  readonly gives: (asked: number | undefined, whole: number) => number | undefined;
}

const policies: Readonly<Record<string, Policy>> = {
  none: { written: undefined, gives: (asked, whole) => asked ?? whole },
  usual: { written: { default: '1' }, gives: (asked) => asked ?? 1 },
  values: {
    written: { default: '1', validValues: ['1', '3'] },
    gives: (asked = 1) => [1, 3].find((value) => value >= asked),
  },
  range: {
    written: { default: '1', validRange: { min: '1', max: '3', step: '2' } },
    gives: (asked = 1) => ({ 1: 1, 2: 3, 3: 3 })[asked],
  },
};

/** Devices that take of two counters, and whose capacity can be shared. */
const parts: fc.Arbitrary<Device[]> = fc
  .array(
    fc.record({
      ...numbers,
      counters: fc.record({ x: fc.nat(2), y: fc.nat(2) }),
      isShared: fc.boolean(),
      memory: fc.integer({ min: 1, max: 4 }),
      policy: fc.constantFrom(...Object.keys(policies)),
    }),
    { maxLength: 5 },
  )
  .map((list) =>
    list.map(({ counters, isShared, memory, policy, ...rest }, place) => {
      const requestPolicy = policies[policy]?.written;
      return {
        ...deviceFrom(rest, place),
        capacity: { memory: String(memory) },
        ...(requestPolicy === undefined ? {} : { requestPolicies: { memory: requestPolicy } }),
        ...(isShared ? { allowMultipleAllocations: true } : {}),
        ...(counters.x + counters.y === 0
          ? {}
          : { consumesCounters: [{ counterSet: 'set', counters: { x: String(counters.x), y: String(counters.y) } }] }),
      };
    }),
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
const partRequest: fc.Arbitrary<ExactDeviceRequest> = fc
  .tuple(request, fc.constantFrom(undefined, 1, 2, 3, 4))
  .map(([exact, memory]) => (memory === undefined ? exact : { ...exact, capacity: { memory: String(memory) } }));

const deviceRequestOf = (one: fc.Arbitrary<ExactDeviceRequest>) =>
  fc.oneof(
    { weight: 3, arbitrary: one.map((exact) => ({ exactly: exact })) },
    fc.array(one, { minLength: 1, maxLength: 3 }).map((list) => ({
      firstAvailable: list.map((exact, place) => ({ ...exact, adminAccess: false, name: `c${place}` })),
    })),
  );

const constraint = fc.oneof(
  fc.constant({ matchAttribute: `${driver}/n` }),
  fc.constant({ matchAttribute: `${driver}/m` }),
  fc.constant({ distinctAttribute: `${driver}/n` }),
  fc.constantFrom('r0', 'r1').map((name) => ({ matchAttribute: `${driver}/n`, requests: [name] })),
);

const claimsOf = (one: fc.Arbitrary<ExactDeviceRequest>): fc.Arbitrary<ResourceClaim[]> =>
  fc
    .array(
      fc.record({
        requests: fc
          .array(deviceRequestOf(one), { minLength: 1, maxLength: 2 })
          .map((list) => list.map((each, place): DeviceRequest => ({ name: `r${place}`, ...each }))),
        constraints: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(constraint, { maxLength: 2 })),
      }),
      { minLength: 1, maxLength: 2 },
    )
    .map((list) => list.map((words, place) => testResourceClaim({ name: `claim${place}`, ...words })));

// --- the search that only ever looks at complete assignments

interface Given {
  readonly claim: string;
  readonly request: string;
  readonly device: Device;
  readonly admin: boolean;
  /** Of its memory; of devices that can be shared. */
  readonly share: number;
}

/** Devices that others have, and how much there is of each counter. */
interface World {
  readonly all: readonly Device[];
  readonly taken: ReadonlySet<string>;
  readonly counters: Readonly<Record<string, number>>;
}

/** Of every device that can be shared and that others have, they have so much. */
const takenShare = 1;

const memoryOf = ({ capacity }: Device): number => Number(capacity.memory ?? 0);

/** How much of its memory the request takes; undefined where the device is not for it. */
function consumption(device: Device, { capacity }: ExactDeviceRequest, { taken }: World): number | undefined {
  const policy = Object.values(policies).find(({ written }) => written === device.requestPolicies?.memory);
  const whole = memoryOf(device);
  const asked = capacity?.memory === undefined ? undefined : Number(capacity.memory);
  const amount = policy?.gives(asked, whole);
  if (amount === undefined) return undefined;
  const others = device.allowMultipleAllocations && taken.has(device.name) ? takenShare : 0;
  return amount + others <= whole ? amount : undefined;
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
  world: World,
): Given[][] {
  return way.reduce<Given[][]>(
    (ways, [name, exact]) => {
      const share = (device: Device): number | undefined => consumption(device, exact, world);
      const suitable = world.all.filter((device) => wants(exact, device) && share(device) !== undefined);
      const chosen =
        exact.allocationMode === 'All' ? (suitable.length === 0 ? [] : [suitable]) : picks(suitable, exact.count);
      return ways.flatMap((given) =>
        chosen.map((some) => [
          ...given,
          ...some.map((device) => ({
            ...{ claim: claimName, request: name, device, admin: exact.adminAccess, share: share(device) ?? 0 },
          })),
        ]),
      );
    },
    [[]],
  );
}

function isValid(given: readonly Given[], wanted: readonly ResourceClaim[], { all, taken, counters }: World): boolean {
  const seen: Given[] = [];
  const left = { ...counters };
  const count = ({ consumesCounters = [] }: Device): void => {
    for (const { counters: amounts } of consumesCounters) {
      for (const [name, amount] of Object.entries(amounts)) left[name] = (left[name] ?? 0) - Number(amount);
    }
  };
  for (const device of all) if (taken.has(device.name)) count(device);
  for (const one of given) {
    const same = seen.filter(({ device }) => device === one.device);
    seen.push(one);
    if (one.device.allowMultipleAllocations) {
      const others = taken.has(one.device.name) ? takenShare : 0;
      if (same.reduce((sum, { share }) => sum + share, one.share + others) > memoryOf(one.device)) return false;
      if (same.length === 0 && others === 0) count(one.device);
      continue;
    }
    if (one.admin ? same.some((other) => other.claim === one.claim) : same.length > 0 || taken.has(one.device.name))
      return false;
    count(one.device);
  }
  // Of a device that others share the counters are taken already.
  const takesCounters = given.some(
    ({ device }) =>
      device.consumesCounters !== undefined && !(device.allowMultipleAllocations && taken.has(device.name)),
  );
  if (takesCounters && Object.values(left).some((amount) => amount < 0)) return false;
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

function canBeAllocated(wanted: readonly ResourceClaim[], world: World): boolean {
  const perClaim = wanted.map((one) => choices(one).flatMap((way) => assignments(one.metadata.name, way, world)));
  const together = perClaim.reduce<Given[][]>(
    (ways, next) => ways.flatMap((way) => next.map((given) => [...way, ...given])),
    [[]],
  );
  return together.some((given) => isValid(given, wanted, world));
}

/** Checks one case on one node, and says what came of it. */
function check(
  wanted: readonly ResourceClaim[],
  world: World,
  slices: readonly ResourceSlice[],
  featureEnabled: (gate: string) => boolean,
): 'found' | 'none' | 'error' {
  const { all, taken } = world;
  const written: Given[] = [];
  const client: SchedulerClient = {
    bind: () => undefined,
    evict: () => undefined,
    nominate: () => undefined,
    updateResourceClaim({ metadata, status }) {
      for (const { request: name, device, adminAccess, shareID, consumedCapacity } of status.allocation?.results ??
        []) {
        const found = all.find((one) => one.name === device);
        assert.ok(found !== undefined);
        assert.equal(shareID !== undefined, found.allowMultipleAllocations === true);
        const share = Number(consumedCapacity?.memory ?? 0);
        written.push({ claim: metadata.name, request: name, device: found, admin: adminAccess, share });
      }
    },
  };
  const cluster = testCluster(
    [testNode({ name: 'a' })],
    [],
    [testDeviceClass(), ...slices, holderOf(world), ...wanted],
  );
  const plugin = createPlugin(dynamicResources, cluster, {}, { client, featureEnabled });
  const cycle = cycleFor(cluster, podWithClaims(...wanted.map(({ metadata }) => metadata.name)));
  let fits: boolean;
  try {
    fits = !('a' in reasonsOf(plugin, cycle));
  } catch (error) {
    // All devices and a constraint that they break: kube-scheduler says so at once, whatever else may be.
    assert.ok(error instanceof PluginError && /because a claim constraint would not be satisfied/.test(error.message));
    return 'error';
  }
  assert.equal(fits, canBeAllocated(wanted, world), `${[...taken].join()} are taken`);
  if (!fits) return 'none';
  const slot = cluster.slotOf('a') ?? -1;
  assert.equal(plugin.reserve?.(cycle, slot), undefined);
  assert.equal(plugin.preBind?.(cycle, slot), undefined);
  assert.ok(isValid(written, wanted, world));
  return 'found';
}

/** A claim that has the devices that others have. */
function holderOf({ all, taken }: World): ResourceClaim {
  const claim = testResourceClaim({ name: 'holder', allocated: [...taken].map((name) => `a/${name}`) });
  const { allocation } = claim.status;
  const results = (allocation?.results ?? []).map((result) => {
    const isShared = all.find(({ name }) => name === result.device)?.allowMultipleAllocations;
    return isShared ? { ...result, shareID: result.device, consumedCapacity: { memory: String(takenShare) } } : result;
  });
  return { ...claim, status: { ...claim.status, allocation: { ...allocation, results } } };
}

function split(devices: readonly Device[], counters?: World['counters']): ResourceSlice[] {
  const half = Math.ceil(devices.length / 2);
  const of = counters === undefined ? 2 : 3;
  const slices = [devices.slice(0, half), devices.slice(half)].map((some, place) =>
    testSlice({ name: `s${place}`, nodeName: 'a', of, devices: some }),
  );
  if (counters === undefined) return slices;
  const amounts = Object.fromEntries(Object.entries(counters).map(([name, amount]) => [name, String(amount)]));
  const { spec, ...rest } = testSlice({ name: 'counters', nodeName: 'a', of });
  return [...slices, { ...rest, spec: { ...spec, sharedCounters: [{ name: 'set', counters: amounts }] } }];
}

describe('the search for devices', () => {
  const takenOnes = fc.subarray(['d0', 'd1', 'd2']).map((names): ReadonlySet<string> => new Set(names));

  it('finds an allocation exactly where there is one, and only valid ones', () => {
    const seen = { found: 0, none: 0, error: 0 };
    fc.assert(
      fc.property(devices, claimsOf(request), takenOnes, fc.boolean(), (all, wanted, taken, isSplit) => {
        const slices = isSplit ? split(all) : [testSlice({ nodeName: 'a', devices: all })];
        seen[check(wanted, { all, taken, counters: {} }, slices, () => false)] += 1;
      }),
      { numRuns: 1000 },
    );
    assert.ok(seen.found > 50 && seen.none > 50, JSON.stringify(seen));
  });

  it('does so where devices take of counters and have shares of their capacity', () => {
    const seen = { found: 0, none: 0, error: 0 };
    const amounts = fc.record({ x: fc.nat(5), y: fc.integer({ min: 2, max: 6 }) });
    fc.assert(
      fc.property(parts, claimsOf(partRequest), takenOnes, amounts, (all, wanted, taken, counters) => {
        const world = { all, taken, counters };
        seen[check(wanted, world, split(all, counters), () => true)] += 1;
      }),
      { numRuns: 2000 },
    );
    assert.ok(seen.found > 200 && seen.none > 200, JSON.stringify(seen));
  });
});
