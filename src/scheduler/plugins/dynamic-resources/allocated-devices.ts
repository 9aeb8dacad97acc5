/**
 * Which devices are taken: by claims that have an allocation, and by those whose allocation is decided but not written
 * yet. Devices that claims have for administration only are not taken by them.
 */
import type { DeviceAllocationResult, ResourceClaim } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { type Consumption, SharedUse } from './consumable-capacity.ts';
import { deviceId, poolId } from './pool-device.ts';

type Results = readonly DeviceAllocationResult[];

export class AllocatedDevices {
  /** Claims by device. */
  readonly #uses = new Map<string, number>();
  /** Devices of which claims have shares. */
  readonly #shared = new Map<string, SharedUse>();
  #shareIds = 0;
  readonly #pending = new Map<string, NonNullable<ResourceClaim['status']['allocation']>>();
  readonly #listeners: ((pool: string) => void)[] = [];

  constructor({ objects }: ClusterState) {
    for (const claim of objects.list('ResourceClaim')) this.#count(claim.status.allocation?.results ?? [], 1);
    objects.listen('ResourceClaim', (before, after) => {
      const [old, now] = [before?.status.allocation, after?.status.allocation];
      if (old !== now) {
        this.#count(now?.results ?? [], 1);
        this.#count(old?.results ?? [], -1);
      }
      // What is written is no longer only decided; a claim that has gone needs nothing any more.
      const claim = after ?? before;
      if (claim !== undefined && (now !== undefined || after === undefined)) this.forget(claim);
    });
  }

  /** Is told of a pool of which a device is taken or given back. */
  listen(listener: (pool: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Somebody has the whole device. */
  has(device: string): boolean {
    return this.#uses.has(device);
  }

  /** Undefined where nobody has a share of the device. */
  sharesOf(device: string): SharedUse | undefined {
    return this.#shared.get(device);
  }

  isUsed(device: string): boolean {
    return this.#uses.has(device) || this.#shared.has(device);
  }

  /** In order, so that the same run always gives the same ones. */
  nextShareId(): string {
    this.#shareIds += 1;
    return `00000000-0000-4000-8000-${this.#shareIds.toString(16).padStart(12, '0')}`;
  }

  isPending(claim: ResourceClaim): boolean {
    return this.#pending.size > 0 && this.#pending.has(keyOf(claim));
  }

  decide(claim: ResourceClaim, allocation: NonNullable<ResourceClaim['status']['allocation']>): void {
    this.forget(claim);
    this.#pending.set(keyOf(claim), allocation);
    this.#count(allocation.results, 1);
  }

  /** What was decided for a claim in memory is now of the one that was made of it. */
  rename(before: ResourceClaim, after: ResourceClaim): void {
    const allocation = this.#pending.get(keyOf(before));
    if (allocation === undefined) return;
    this.#pending.delete(keyOf(before));
    this.#pending.set(keyOf(after), allocation);
  }

  /** Nothing happens where nothing was decided. */
  forget(claim: ResourceClaim): void {
    const key = keyOf(claim);
    const allocation = this.#pending.get(key);
    if (allocation === undefined) return;
    this.#pending.delete(key);
    this.#count(allocation.results, -1);
  }

  #count(results: Results, sign: 1 | -1): void {
    for (const { driver, pool, device, adminAccess, shareID, consumedCapacity = {} } of results) {
      if (adminAccess) continue;
      const id = deviceId(driver, pool, device);
      if (shareID !== undefined) this.#share(id, consumedCapacity, sign);
      else {
        const uses = (this.#uses.get(id) ?? 0) + sign;
        if (uses > 0) this.#uses.set(id, uses);
        else this.#uses.delete(id);
      }
      for (const listener of this.#listeners) listener(poolId(driver, pool));
    }
  }

  #share(id: string, consumption: Consumption, sign: 1 | -1): void {
    const use = this.#shared.get(id) ?? new SharedUse();
    use.add(consumption, sign);
    if (use.shares > 0) this.#shared.set(id, use);
    else this.#shared.delete(id);
  }
}

function keyOf({ metadata }: ResourceClaim): string {
  return metadata.uid ?? `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

export const allocatedDevices = (cluster: ClusterState): AllocatedDevices => new AllocatedDevices(cluster);
