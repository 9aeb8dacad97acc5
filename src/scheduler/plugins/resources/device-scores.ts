/**
 * What scores count of an extended resource on nodes that have none of it from a device plugin: the devices of the
 * class that stands behind it. Source: plugins/noderesources/resource_allocation.go (since 1.35).
 */
import type { DeviceClass } from '../../../api/objects.ts';
import type { ClusterState } from '../../cluster/cluster-state.ts';
import { grownFloat64 } from '../../cluster/growable.ts';
import type { NodeBlock } from '../../framework/node-block.ts';
import { type AllocatedDevices, allocatedDevices } from '../dynamic-resources/allocated-devices.ts';
import { type DeviceSelectors, deviceSelectors } from '../dynamic-resources/device-selectors.ts';
import { AllocationError } from '../dynamic-resources/errors.ts';
import { type DeviceChanges, deviceChanges } from '../dynamic-resources/node-verdicts.ts';
import { type SliceTable, sliceTable } from '../dynamic-resources/slice-table.ts';
import { type ClassResources, mayHaveClass } from './device-classes.ts';
import type { ResourceWeight } from './resource-args.ts';
import type { ScoredColumn, ScoredResource } from './scored-resources.ts';

/** Undefined where no score can ever count devices: without the feature, or without an extended resource to score. */
export function deviceScores(
  cluster: ClusterState,
  classes: ClassResources | undefined,
  resources: readonly ResourceWeight[],
): DeviceScores | undefined {
  if (classes === undefined || !resources.some(({ name }) => mayHaveClass(name))) return undefined;
  return new DeviceScores(cluster, classes);
}

export class DeviceScores {
  readonly #cluster: ClusterState;
  readonly #classes: ClassResources;
  readonly #counts = new Map<string, ClassCounts>();
  readonly #columns = new Map<string, OverlaidColumn>();

  constructor(cluster: ClusterState, classes: ClassResources) {
    this.#cluster = cluster;
    this.#classes = classes;
  }

  /** The same resources, with the devices of the nodes of the block. Good until the next call. */
  withDevices(resources: readonly ScoredResource[], block: NodeBlock): readonly ScoredResource[] {
    return resources.map((resource) => {
      const { name } = resource.capacity;
      const deviceClass = mayHaveClass(name) ? this.#classes.classOf(name) : undefined;
      if (deviceClass === undefined) return resource;
      const column = this.#overlaid(resource.capacity, deviceClass, block);
      return { ...resource, capacity: column, used: column };
    });
  }

  #overlaid(real: ScoredColumn, deviceClass: DeviceClass, { slots, count }: NodeBlock): ScoredColumn {
    const { capacity } = this.#cluster;
    let column = this.#columns.get(real.name);
    if (column === undefined || column.allocatable.length < capacity || (real.wide !== undefined && !column.wide)) {
      column = new OverlaidColumn(real.name, capacity, real.wide !== undefined);
      this.#columns.set(real.name, column);
    }
    const counts = this.#countsOf(deviceClass);
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      if (real.allocatable[slot] !== 0) column.copy(slot, real);
      else column.set(slot, counts.capacityOf(slot), counts.allocatedOf(slot));
    }
    return column;
  }

  #countsOf(deviceClass: DeviceClass): ClassCounts {
    const { name } = deviceClass.metadata;
    let counts = this.#counts.get(name);
    if (counts?.deviceClass !== deviceClass) {
      counts = new ClassCounts(this.#cluster, deviceClass);
      this.#counts.set(name, counts);
    }
    return counts;
  }
}

/** Devices of a class by slot, counted anew only when something has changed. */
class ClassCounts {
  readonly deviceClass: DeviceClass;
  readonly #cluster: ClusterState;
  readonly #slices: SliceTable;
  readonly #allocated: AllocatedDevices;
  readonly #selectors: DeviceSelectors;
  readonly #changes: DeviceChanges;
  #at: Float64Array = new Float64Array(0);
  #capacities: Float64Array = new Float64Array(0);
  #taken: Float64Array = new Float64Array(0);

  constructor(cluster: ClusterState, deviceClass: DeviceClass) {
    this.deviceClass = deviceClass;
    this.#cluster = cluster;
    this.#slices = cluster.part(sliceTable);
    this.#allocated = cluster.part(allocatedDevices);
    this.#selectors = cluster.part(deviceSelectors);
    this.#changes = cluster.part(deviceChanges);
  }

  capacityOf(slot: number): number {
    this.#count(slot);
    return this.#capacities[slot] as number;
  }

  allocatedOf(slot: number): number {
    this.#count(slot);
    return this.#taken[slot] as number;
  }

  #count(slot: number): void {
    const at = this.#at[slot] ?? 0;
    if (at > 0 && this.#changes.holds(at, slot)) return;
    const { capacity } = this.#cluster;
    if (capacity > this.#at.length) {
      this.#at = grownFloat64(this.#at, capacity);
      this.#capacities = grownFloat64(this.#capacities, capacity);
      this.#taken = grownFloat64(this.#taken, capacity);
    }
    const [devices, taken] = this.#counted(slot);
    this.#at[slot] = this.#changes.now;
    this.#capacities[slot] = devices;
    this.#taken[slot] = taken;
  }

  /** None where a selector cannot be asked: the resource then has no say on this node. */
  #counted(slot: number): readonly [number, number] {
    const { metadata, spec } = this.deviceClass;
    let devices = 0;
    let taken = 0;
    try {
      for (const device of this.#slices.devicesOn(slot)) {
        if (!this.#selectors.matchAll(spec.selectors, `class ${metadata.name}`, device)) continue;
        devices += 1;
        if (this.#allocated.isUsed(device.id)) taken += 1;
      }
    } catch (error) {
      if (error instanceof AllocationError) return [0, 0];
      throw error;
    }
    return [devices, taken];
  }
}

class OverlaidColumn implements ScoredColumn {
  readonly name: string;
  readonly allocatable: Float64Array;
  readonly requested: Float64Array;
  readonly wide: { readonly allocatable: BigInt64Array; readonly requested: BigInt64Array } | undefined;

  constructor(name: string, capacity: number, isWide: boolean) {
    this.name = name;
    this.allocatable = new Float64Array(capacity);
    this.requested = new Float64Array(capacity);
    this.wide = isWide
      ? { allocatable: new BigInt64Array(capacity), requested: new BigInt64Array(capacity) }
      : undefined;
  }

  set(slot: number, allocatable: number, requested: number): void {
    this.allocatable[slot] = allocatable;
    this.requested[slot] = requested;
    if (this.wide === undefined) return;
    this.wide.allocatable[slot] = BigInt(allocatable);
    this.wide.requested[slot] = BigInt(requested);
  }

  copy(slot: number, { allocatable, requested, wide }: ScoredColumn): void {
    this.set(slot, allocatable[slot] as number, requested[slot] as number);
    if (this.wide === undefined || wide === undefined) return;
    this.wide.allocatable[slot] = wide.allocatable[slot] as bigint;
    this.wide.requested[slot] = wide.requested[slot] as bigint;
  }
}
