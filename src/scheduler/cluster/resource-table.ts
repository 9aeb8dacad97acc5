/** All resources over all nodes: a column for each that a node has or a pod asks for. */
import { grownInt32 } from './growable.ts';
import { ResourceColumn } from './resource-column.ts';

/** Indices of the resources that every cluster has. */
export const cpu = 0;
export const memory = 1;
export const ephemeralStorage = 2;
const fixedResources = ['cpu', 'memory', 'ephemeral-storage'];

/** What a pod asks for: parallel arrays, only of what is more than 0. cpu in millicores, the others in units. */
export interface ResourceAmounts {
  /** Indices into the table. */
  readonly resources: readonly number[];
  readonly amounts: readonly number[];
  /** The same without rounding. */
  readonly exact: readonly bigint[];
}

/** cpu and memory with kube-scheduler's assumptions for containers that ask for nothing (100m, 200 MiB). */
export interface NonZeroAmounts {
  readonly cpu: bigint;
  readonly memory: bigint;
}

export type { ResourceColumn };

export class ResourceTable {
  readonly #columns: ResourceColumn[] = [];
  readonly #indices = new Map<string, number>();
  #capacity: number;
  /** Requests with assumptions; allocatable is left at 0 there. */
  readonly nonZeroCpu: ResourceColumn;
  readonly nonZeroMemory: ResourceColumn;
  #allowedPods: Int32Array;

  constructor(capacity: number) {
    this.#capacity = capacity;
    for (const name of fixedResources) this.index(name);
    this.nonZeroCpu = new ResourceColumn('cpu', capacity);
    this.nonZeroMemory = new ResourceColumn('memory', capacity);
    this.#allowedPods = new Int32Array(capacity);
  }

  get columns(): readonly ResourceColumn[] {
    return this.#columns;
  }

  /** By slot: the `pods` that a node takes. */
  get allowedPods(): Int32Array {
    return this.#allowedPods;
  }

  /** The index of a resource; a new one gets a new column. */
  index(name: string): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    const index = this.#columns.length;
    this.#columns.push(new ResourceColumn(name, this.#capacity));
    this.#indices.set(name, index);
    return index;
  }

  /** @throws for an index that `index` did not give out. */
  column(index: number): ResourceColumn {
    const column = this.#columns[index];
    if (column === undefined) throw new RangeError(`no resource has the index ${index}`);
    return column;
  }

  amountsOf(requests: ReadonlyMap<string, bigint>): ResourceAmounts {
    const asked = [...requests].filter(([, amount]) => amount > 0n);
    return {
      resources: asked.map(([name]) => this.index(name)),
      amounts: asked.map(([, amount]) => Number(amount)),
      exact: asked.map(([, amount]) => amount),
    };
  }

  /** Replaces what a node has; what is not named is 0. */
  setAllocatable(slot: number, allocatable: ReadonlyMap<string, bigint>): void {
    for (const name of allocatable.keys()) if (name !== 'pods') this.index(name);
    for (const column of this.#columns) column.setAllocatable(slot, allocatable.get(column.name) ?? 0n);
    this.#allowedPods[slot] = Number(allocatable.get('pods') ?? 0n);
  }

  /** A pod comes (`sign` 1) or goes (-1). */
  add(slot: number, { resources, amounts, exact }: ResourceAmounts, nonZero: NonZeroAmounts, sign: 1 | -1): void {
    for (let place = 0; place < resources.length; place += 1) {
      const column = this.#columns[resources[place] as number] as ResourceColumn;
      const whole = exact[place] as bigint;
      column.addRequested(slot, (amounts[place] as number) * sign, sign === 1 ? whole : -whole);
    }
    this.nonZeroCpu.addRequested(slot, Number(nonZero.cpu) * sign, sign === 1 ? nonZero.cpu : -nonZero.cpu);
    this.nonZeroMemory.addRequested(slot, Number(nonZero.memory) * sign, sign === 1 ? nonZero.memory : -nonZero.memory);
  }

  grow(capacity: number): void {
    this.#capacity = capacity;
    for (const column of this.#columns) column.grow(capacity);
    this.nonZeroCpu.grow(capacity);
    this.nonZeroMemory.grow(capacity);
    this.#allowedPods = grownInt32(this.#allowedPods, capacity);
  }
}
