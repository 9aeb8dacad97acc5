/**
 * Finds devices on one node for all claims of a pod: every request with every candidate, in order, until the first
 * solution. Source: dynamic-resource-allocation structured/internal/stable/allocator_stable.go. Where kube-scheduler
 * gives a search up after ten seconds, this one is given up after so many steps.
 */
import type { DeviceAllocationResult } from '../../../api/objects.ts';
import type { AllocatedDevices } from './allocated-devices.ts';
import { type Constraint, constraintsOf } from './constraints.ts';
import type { DeviceSelectors } from './device-selectors.ts';
import { allocationErrors } from './errors.ts';
import { isTainted, type PoolDevice } from './pool-device.ts';
import type { PreparedClaim, PreparedRequest } from './prepared-request.ts';
import type { NodePool } from './slice-table.ts';

/** Devices that a claim can have. */
const maxResults = 32;
const maxSteps = 1_000_000;

export interface AllocatedDevice {
  readonly result: DeviceAllocationResult;
  readonly device: PoolDevice;
}

export interface AllocatorOptions {
  readonly taints: boolean;
  /** Up to 1.34 devices were also taken from pools of which slices are missing. */
  readonly takesIncomplete: boolean;
}

/** By claim; or why there are none. */
export type AllocationOutcome = readonly (readonly AllocatedDevice[])[] | 'none' | 'invalid pools';

/** `exceeded`: the claim would have more devices than it may, so that fewer must be tried further up. */
type Step = 'done' | 'failed' | 'exceeded';

interface Sized extends PreparedRequest {
  readonly count: number;
  /** All that there are, for a request that wants all. */
  readonly all: readonly PoolDevice[] | undefined;
}

interface SizedClaim extends PreparedClaim {
  readonly sized: readonly (readonly Sized[])[];
  readonly constraints: readonly Constraint[];
  readonly results: AllocatedDevice[];
}

/** @throws AllocationError when something is wrong with a claim or a class */
export function allocate(
  claims: readonly PreparedClaim[],
  pools: readonly NodePool[],
  nodeName: string,
  allocated: AllocatedDevices,
  selectors: DeviceSelectors,
  options: AllocatorOptions,
): AllocationOutcome {
  const search = new Search(claims, pools, nodeName, allocated, selectors, options);
  if (search.run() === 'done') return search.results;
  return pools.some(({ state }) => state === 'invalid') ? 'invalid pools' : 'none';
}

class Search {
  readonly #pools: readonly NodePool[];
  readonly #nodeName: string;
  readonly #allocated: AllocatedDevices;
  readonly #selectors: DeviceSelectors;
  readonly #options: AllocatorOptions;
  readonly #claims: readonly SizedClaim[];
  /** Devices that this search has given out, each with the claims that have it. */
  readonly #given = new Map<string, Set<SizedClaim>>();
  #steps = 0;

  constructor(
    claims: readonly PreparedClaim[],
    pools: readonly NodePool[],
    nodeName: string,
    allocated: AllocatedDevices,
    selectors: DeviceSelectors,
    options: AllocatorOptions,
  ) {
    this.#pools = pools;
    this.#nodeName = nodeName;
    this.#allocated = allocated;
    this.#selectors = selectors;
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
    const { allocationMode, count } = request.exact;
    if (allocationMode === 'ExactCount') return { ...request, count, all: undefined };
    const all: PoolDevice[] = [];
    for (const { id, state, devices } of this.#pools) {
      if (state === 'incomplete') throw allocationErrors.poolInFlux(fullName, request.name, id, 'being updated');
      if (state === 'invalid') throw allocationErrors.poolInFlux(fullName, request.name, id, 'invalid');
      for (const device of devices) if (this.#isSelectable(fullName, request, device)) all.push(device);
    }
    return { ...request, count: all.length, all };
  }

  #isSelectable(claim: string, { exact, deviceClass }: PreparedRequest, device: PoolDevice): boolean {
    return (
      this.#selectors.matchAll(deviceClass.spec.selectors, `class ${deviceClass.metadata.name}`, device) &&
      this.#selectors.matchAll(exact.selectors, `claim ${claim}`, device)
    );
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

  #nextDevice(claim: SizedClaim, place: number, request: number, wanted: Sized, had: number): Step {
    this.#steps += 1;
    if (this.#steps > maxSteps) throw allocationErrors.tooLong(this.#nodeName);
    const { all, count } = wanted;
    if (all !== undefined && all.length === 0) return 'failed';
    if (had >= count) return this.#nextRequest(claim, place, request + 1);
    if (claim.results.length + count - had > maxResults) return 'exceeded';
    const goOn = (): Step => this.#nextDevice(claim, place, request, wanted, had + 1);
    if (all !== undefined) {
      // Their order does not matter: where one cannot be had, there is no solution.
      const step = this.#try(claim, wanted, all[had] as PoolDevice, true, goOn);
      return step ?? 'failed';
    }
    for (const { state, devices } of this.#pools) {
      if (state === 'invalid' || (state === 'incomplete' && !this.#options.takesIncomplete)) continue;
      for (const device of devices) {
        if (!this.#isFree(claim, wanted, device) || !this.#isSelectable(claim.fullName, wanted, device)) continue;
        const step = this.#try(claim, wanted, device, false, goOn);
        if (step !== undefined && step !== 'failed') return step;
      }
    }
    return 'failed';
  }

  /** Who only administers a device may share it, but not have it twice. */
  #isFree(claim: SizedClaim, { exact }: Sized, { id }: PoolDevice): boolean {
    const given = this.#given.get(id);
    if (exact.adminAccess) return given?.has(claim) !== true;
    return (given === undefined || given.size === 0) && !this.#allocated.has(id);
  }

  /** Undefined where the device cannot be had; otherwise what came of going on with it. */
  #try(claim: SizedClaim, wanted: Sized, device: PoolDevice, must: boolean, goOn: () => Step): Step | undefined {
    const { exact, fullName, name } = wanted;
    if (!this.#isFree(claim, wanted, device)) return undefined;
    if (this.#options.taints && isTainted(device.device, exact.tolerations)) return undefined;
    if (!this.#constrain(claim, fullName, device)) {
      if (must) throw allocationErrors.impossibleAll(claim.fullName, name, device.id);
      return undefined;
    }
    const given = this.#given.get(device.id) ?? new Set<SizedClaim>();
    this.#given.set(device.id, given);
    given.add(claim);
    const { driver, pool } = device;
    const { adminAccess } = exact;
    claim.results.push({
      result: { request: fullName, driver, pool, device: device.device.name, adminAccess },
      device,
    });
    const step = goOn();
    if (step === 'done') return step;
    claim.results.pop();
    given.delete(claim);
    for (const constraint of claim.constraints) constraint.remove(fullName, device);
    return step;
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
