/**
 * Finds devices on one node for all claims of a pod: every request with every candidate, in order, until the first
 * solution. Source: dynamic-resource-allocation structured/internal/incubating/allocator_incubating.go. Where
 * kube-scheduler gives a search up after ten seconds, this one is given up after so many steps.
 */
import type { Device, DeviceAllocationResult } from '../../../api/objects.ts';
import type { AllocatedDevices } from './allocated-devices.ts';
import { type Constraint, constraintsOf } from './constraints.ts';
import { type Consumption, consumptionOf, hasRoom, isTakenWhole, SharedUse } from './consumable-capacity.ts';
import { CounterLedger } from './counters.ts';
import type { DeviceSelectors } from './device-selectors.ts';
import type { DeviceTaints, TaintSources } from './device-taints.ts';
import { allocationErrors } from './errors.ts';
import type { PoolDevice } from './pool-device.ts';
import type { PreparedClaim, PreparedRequest } from './prepared-request.ts';
import type { NodePool } from './slice-table.ts';

/** Devices that a claim can have. */
const maxResults = 32;
const maxSteps = 1_000_000;

export interface AllocatedDevice {
  /** A share of a device has no id yet. */
  readonly result: DeviceAllocationResult;
  readonly device: PoolDevice;
  readonly isShare: boolean;
}

export interface AllocatorOptions {
  readonly taints: TaintSources;
  /** Up to 1.34 devices were also taken from pools of which slices are missing. */
  readonly takesIncomplete: boolean;
  /** Devices share counters, and can each be for other nodes (DRAPartitionableDevices). */
  readonly partitions: boolean;
  /** Requests share devices by capacity (DRAConsumableCapacity). */
  readonly shares: boolean;
  /** Pods wait for devices that say so (DRADeviceBindingConditions). */
  readonly bindings: boolean;
}

/** By claim; or why there are none. */
export type AllocationOutcome = readonly (readonly AllocatedDevice[])[] | 'none' | 'invalid pools';

/** `exceeded`: the claim would have more devices than it may, so that fewer must be tried further up. */
type Step = 'done' | 'failed' | 'exceeded';

interface Sized extends PreparedRequest {
  readonly count: number;
  /** All that there are, for a request that wants all. */
  readonly all: readonly Candidate[] | undefined;
}

interface Candidate {
  readonly pool: NodePool;
  readonly device: PoolDevice;
}

interface SizedClaim extends PreparedClaim {
  readonly sized: readonly (readonly Sized[])[];
  readonly constraints: readonly Constraint[];
  readonly results: AllocatedDevice[];
}

/** A pool, and a device in it. */
interface Position {
  readonly pool: number;
  readonly device: number;
}
const start: Position = { pool: 0, device: 0 };

const nothing: Consumption = {};
const noConditions: Partial<Pick<Device, 'bindingConditions' | 'bindingFailureConditions'>> = {};

/** @throws AllocationError when something is wrong with a claim or a class */
export function allocate(
  claims: readonly PreparedClaim[],
  pools: readonly NodePool[],
  nodeName: string,
  allocated: AllocatedDevices,
  selectors: DeviceSelectors,
  taints: DeviceTaints,
  options: AllocatorOptions,
): AllocationOutcome {
  const search = new Search(claims, pools, nodeName, allocated, selectors, taints, options);
  if (search.run() === 'done') return search.results;
  return pools.some(({ state }) => state === 'invalid') ? 'invalid pools' : 'none';
}

class Search {
  readonly #pools: readonly NodePool[];
  readonly #nodeName: string;
  readonly #allocated: AllocatedDevices;
  readonly #selectors: DeviceSelectors;
  readonly #taints: DeviceTaints;
  readonly #options: AllocatorOptions;
  readonly #claims: readonly SizedClaim[];
  /** Devices that this search has given out, each with the claims that have it. */
  readonly #given = new Map<string, Set<SizedClaim>>();
  /** Shares that it has given out, by device. */
  readonly #shared = new Map<string, SharedUse>();
  /** By pool; made when the first device of one is tried that takes counters. */
  readonly #ledgers = new Map<string, CounterLedger>();
  #steps = 0;

  constructor(
    claims: readonly PreparedClaim[],
    pools: readonly NodePool[],
    nodeName: string,
    allocated: AllocatedDevices,
    selectors: DeviceSelectors,
    taints: DeviceTaints,
    options: AllocatorOptions,
  ) {
    this.#pools = pools;
    this.#nodeName = nodeName;
    this.#allocated = allocated;
    this.#selectors = selectors;
    this.#taints = taints;
    this.#options = options;
    this.#claims = claims.map((claim) => this.#size(claim));
  }

  get results(): readonly (readonly AllocatedDevice[])[] {
    return this.#claims.map(({ results }) => results);
  }

  run(): Step {
    return this.#nextClaim(0);
  }

  #size(prepared: PreparedClaim): SizedClaim {
    const sized = prepared.requests.map((alternatives) => alternatives.map((one) => this.#sizeOf(prepared, one)));
    const least = sized.reduce((sum, some) => sum + Math.min(...some.map(({ count }) => count)), 0);
    if (least > maxResults) throw allocationErrors.tooMany(prepared.fullName, least, maxResults);
    const constraints = constraintsOf(prepared.claim.spec.constraints, prepared.fullName);
    return { ...prepared, sized, constraints, results: [] };
  }

  /** Who wants all devices must know of all pools. */
  #sizeOf({ fullName }: PreparedClaim, request: PreparedRequest): Sized {
    const { allocationMode, count, capacity } = request.exact;
    if (capacity !== undefined && !this.#options.shares) {
      const what = request.fullName === request.name ? 'request' : 'subrequest';
      throw allocationErrors.capacityIsOff(fullName, request.name, what);
    }
    if (allocationMode === 'ExactCount') return { ...request, count, all: undefined };
    const all: Candidate[] = [];
    for (const pool of this.#pools) {
      const { id, state, devices } = pool;
      if (state === 'incomplete') throw allocationErrors.poolInFlux(fullName, request.name, id, 'being updated');
      if (state === 'invalid') throw allocationErrors.poolInFlux(fullName, request.name, id, 'invalid');
      for (const device of devices) {
        if (!this.#isSelectable(fullName, request, pool, device)) continue;
        if (this.#consumption(request, device) !== undefined) all.push({ pool, device });
      }
    }
    return { ...request, count: all.length, all };
  }

  #isSelectable(claim: string, { exact, deviceClass }: PreparedRequest, pool: NodePool, device: PoolDevice): boolean {
    if (!this.#options.bindings && device.device.bindingConditions !== undefined) return false;
    return (
      this.#selectors.matchAll(deviceClass.spec.selectors, `class ${deviceClass.metadata.name}`, device) &&
      this.#selectors.matchAll(exact.selectors, `claim ${claim}`, device) &&
      pool.elsewhere?.has(device) !== true
    );
  }

  /** What the request takes of the device's capacities; undefined where there is not as much left. */
  #consumption({ exact }: PreparedRequest, device: PoolDevice): Consumption | undefined {
    if (!this.#options.shares || isTakenWhole(device, exact.capacity)) return nothing;
    const consumption = consumptionOf(device, exact.capacity);
    if (consumption === undefined) return undefined;
    const taken = [this.#allocated.sharesOf(device.id), this.#shared.get(device.id)];
    return hasRoom(device, consumption, ...taken.flatMap((use) => use?.amounts ?? [])) ? consumption : undefined;
  }

  #nextClaim(place: number): Step {
    const claim = this.#claims[place];
    if (claim === undefined) return 'done';
    return this.#nextRequest(claim, place, 0);
  }

  #nextRequest(claim: SizedClaim, place: number, request: number): Step {
    const alternatives = claim.sized[request];
    if (alternatives === undefined) {
      // That a later claim has too many devices says nothing of this one.
      return this.#nextClaim(place + 1) === 'done' ? 'done' : 'failed';
    }
    const [only, ...others] = alternatives;
    if (only !== undefined && others.length === 0 && only.fullName === only.name) {
      return this.#nextDevice(claim, place, request, only, 0);
    }
    let allExceeded = true;
    for (const alternative of alternatives) {
      const step = this.#nextDevice(claim, place, request, alternative, 0);
      if (step === 'done') return step;
      if (step !== 'exceeded') allExceeded = false;
    }
    return allExceeded ? 'exceeded' : 'failed';
  }

  /** @param from where to go on: a request that wants several devices takes them in order */
  #nextDevice(
    claim: SizedClaim,
    place: number,
    request: number,
    wanted: Sized,
    had: number,
    from: Position = start,
  ): Step {
    this.#steps += 1;
    if (this.#steps > maxSteps) throw allocationErrors.tooLong(this.#nodeName);
    const { all, count } = wanted;
    if (all !== undefined && all.length === 0) return 'failed';
    if (had >= count) return this.#nextRequest(claim, place, request + 1);
    if (claim.results.length + count - had > maxResults) return 'exceeded';
    if (all !== undefined) {
      // Their order does not matter: where one cannot be had, there is no solution.
      const goOn = (): Step => this.#nextDevice(claim, place, request, wanted, had + 1);
      const { pool, device } = all[had] as Candidate;
      return this.#try(claim, wanted, pool, device, true, goOn) ?? 'failed';
    }
    for (let at = from.pool; at < this.#pools.length; at += 1) {
      const pool = this.#pools[at] as NodePool;
      const { state, devices } = pool;
      if (state === 'invalid' || (state === 'incomplete' && !this.#options.takesIncomplete)) continue;
      for (let index = at === from.pool ? from.device : 0; index < devices.length; index += 1) {
        const device = devices[index] as PoolDevice;
        if (!this.#isFree(claim, wanted, device) || !this.#isSelectable(claim.fullName, wanted, pool, device)) continue;
        const next = { pool: at, device: index + 1 };
        const goOn = (): Step => this.#nextDevice(claim, place, request, wanted, had + 1, next);
        const step = this.#try(claim, wanted, pool, device, false, goOn);
        if (step !== undefined && step !== 'failed') return step;
      }
    }
    return 'failed';
  }

  /** Who only administers a device may share it, but not have it twice. A device with shares has room or has not. */
  #isFree(claim: SizedClaim, { exact }: Sized, { id, isShared }: PoolDevice): boolean {
    const given = this.#given.get(id);
    if (exact.adminAccess) return given?.has(claim) !== true;
    if ((given !== undefined && given.size > 0) || this.#allocated.has(id)) return false;
    return (isShared && this.#options.shares) || this.#allocated.sharesOf(id) === undefined;
  }

  /** Undefined where the device cannot be had; otherwise what came of going on with it. */
  #try(
    claim: SizedClaim,
    wanted: Sized,
    pool: NodePool,
    device: PoolDevice,
    must: boolean,
    goOn: () => Step,
  ): Step | undefined {
    const { exact, fullName, name } = wanted;
    if (!this.#isFree(claim, wanted, device)) return undefined;
    if (!this.#options.partitions && device.counters.length > 0) return undefined;
    if (this.#taints.isTainted(device, exact.tolerations, this.#options.taints)) return undefined;
    const consumption = this.#consumption(wanted, device);
    if (consumption === undefined) return undefined;
    const ledger = this.#ledgerFor(pool, device);
    if (ledger !== undefined && !ledger.take(device)) return undefined;
    if (!this.#constrain(claim, fullName, device)) {
      ledger?.giveBack(device);
      if (must) throw allocationErrors.impossibleAll(claim.fullName, name, device.id);
      return undefined;
    }
    const isShare = device.isShared && this.#options.shares;
    const given = isShare ? undefined : this.#givenOf(device);
    const shared = isShare ? this.#sharedOf(device) : undefined;
    given?.add(claim);
    shared?.add(consumption, 1);
    claim.results.push({ result: this.#resultOf(wanted, device, consumption), device, isShare });
    const step = goOn();
    if (step === 'done') return step;
    claim.results.pop();
    given?.delete(claim);
    shared?.add(consumption, -1);
    ledger?.giveBack(device);
    for (const constraint of claim.constraints) constraint.remove(fullName, device);
    return step;
  }

  /** Whose counters the device takes; undefined where it takes none, or somebody who shares the device has taken them. */
  #ledgerFor({ id, counters }: NodePool, device: PoolDevice): CounterLedger | undefined {
    if (counters === undefined || device.counters.length === 0) return undefined;
    if (device.isShared && this.#options.shares) {
      const shares = this.#shared.get(device.id)?.shares ?? 0;
      if (shares > 0 || this.#allocated.sharesOf(device.id) !== undefined) return undefined;
    }
    let ledger = this.#ledgers.get(id);
    if (ledger === undefined) {
      ledger = new CounterLedger(counters, (other) => this.#allocated.isUsed(other));
      this.#ledgers.set(id, ledger);
    }
    return ledger;
  }

  #givenOf({ id }: PoolDevice): Set<SizedClaim> {
    const known = this.#given.get(id);
    if (known !== undefined) return known;
    const given = new Set<SizedClaim>();
    this.#given.set(id, given);
    return given;
  }

  #sharedOf({ id }: PoolDevice): SharedUse {
    const known = this.#shared.get(id);
    if (known !== undefined) return known;
    const shared = new SharedUse();
    this.#shared.set(id, shared);
    return shared;
  }

  #resultOf(
    { exact, fullName }: Sized,
    { driver, pool, device }: PoolDevice,
    consumption: Consumption,
  ): DeviceAllocationResult {
    const { bindingConditions, bindingFailureConditions } = this.#options.bindings ? device : noConditions;
    const isShare = device.allowMultipleAllocations === true && this.#options.shares;
    return {
      ...{ request: fullName, driver, pool, device: device.name, adminAccess: exact.adminAccess },
      ...(isShare && Object.keys(consumption).length > 0 ? { consumedCapacity: consumption } : {}),
      ...(bindingConditions === undefined ? {} : { bindingConditions }),
      ...(bindingFailureConditions === undefined ? {} : { bindingFailureConditions }),
    };
  }

  /** All constraints take the device, or none. */
  #constrain({ constraints }: SizedClaim, request: string, device: PoolDevice): boolean {
    for (let place = 0; place < constraints.length; place += 1) {
      if (constraints[place]?.add(request, device)) continue;
      while (place-- > 0) constraints[place]?.remove(request, device);
      return false;
    }
    return true;
  }
}
