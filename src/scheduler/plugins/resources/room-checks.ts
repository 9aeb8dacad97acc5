/**
 * Whether nodes have room for a pod. Source: kube-scheduler plugins/noderesources/fit.go, fitsRequest. Only resources
 * that the pod asks for are looked at, each in a pass of its own over the nodes that are left.
 */
import type { ClusterState } from '../../cluster/cluster-state.ts';
import type { PodShape } from '../../cluster/pod-info.ts';
import type { ResourceColumn } from '../../cluster/resource-column.ts';
import type { NodeBlock } from '../../framework/node-block.ts';
import type { StatusTable } from '../../framework/status.ts';
import { isCountedResource } from './resource-names.ts';

export const tooManyPods = 'Too many pods';
export const insufficient = (resource: string): string => `Insufficient ${resource}`;

/** What the filter leaves to others. */
export interface LeftOut {
  readonly ignores: (resource: string) => boolean;
  /** On nodes that have none of it, somebody else allocates it (DynamicResources). */
  readonly delegates: (resource: string) => boolean;
}

interface RoomCheck {
  readonly column: ResourceColumn;
  readonly amount: number;
  readonly exact: bigint;
  readonly isDelegated: boolean;
}

/** Combinations of reasons of so many resources are told apart by a number; of more by their texts alone. */
const numberedReasons = 48;

/** The checks of the pods of one shape. */
export class RoomChecks {
  readonly #cluster: ClusterState;
  readonly #statuses: StatusTable;
  readonly #plugin: string;
  readonly #checks: readonly RoomCheck[];
  /** Numbers of statuses by what is lacking. */
  readonly #refusals = new Map<number, number>();

  constructor(cluster: ClusterState, statuses: StatusTable, plugin: string, shape: PodShape, leftOut: LeftOut) {
    this.#cluster = cluster;
    this.#statuses = statuses;
    this.#plugin = plugin;
    const { resources, amounts, exact } = shape.requests;
    this.#checks = resources
      .map((index, place) => ({ index, place, column: cluster.resources.column(index) }))
      .filter(({ column: { name } }) => isCountedResource(name) && !leftOut.ignores(name))
      // The fixed ones have the lowest indices; kube-scheduler names the others in no particular order.
      .sort((a, b) => rank(a.index) - rank(b.index) || compareText(a.column.name, b.column.name))
      .map(({ place, column }) => ({
        column,
        amount: amounts[place] as number,
        exact: exact[place] as bigint,
        isDelegated: leftOut.delegates(column.name),
      }));
  }

  /** Removes nodes without room, with all that they lack as the reason. */
  filter(block: NodeBlock, verdicts: Int32Array): void {
    const { podCounts, resources } = this.#cluster;
    const { slots, count } = block;
    const { allowedPods } = resources;
    let kept = 0;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      if ((podCounts[slot] as number) < (allowedPods[slot] as number)) slots[kept++] = slot;
      else verdicts[slot] = this.#refusal(slot);
    }
    block.count = kept;
    for (const check of this.#checks) {
      if (check.column.wide !== undefined || check.isDelegated) this.#filterExactly(block, verdicts, check);
      else this.#filterBy(block, verdicts, check);
    }
  }

  #filterBy(block: NodeBlock, verdicts: Int32Array, { column, amount }: RoomCheck): void {
    const { slots, count } = block;
    const { allocatable, requested } = column;
    let kept = 0;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      if (amount <= (allocatable[slot] as number) - (requested[slot] as number)) slots[kept++] = slot;
      else verdicts[slot] = this.#refusal(slot);
    }
    block.count = kept;
  }

  #filterExactly(block: NodeBlock, verdicts: Int32Array, check: RoomCheck): void {
    const { slots, count } = block;
    let kept = 0;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      if (lack(check, slot) === 'nothing') slots[kept++] = slot;
      else verdicts[slot] = this.#refusal(slot);
    }
    block.count = kept;
  }

  #refusal(slot: number): number {
    const { podCounts, resources } = this.#cluster;
    let lacks = (podCounts[slot] as number) < (resources.allowedPods[slot] as number) ? 0 : 1;
    let isHopeless = false;
    let bit = 2;
    for (const check of this.#checks) {
      const lacking = lack(check, slot);
      if (lacking !== 'nothing') lacks += bit;
      if (lacking === 'capacity') isHopeless = true;
      bit *= 2;
    }
    if (this.#checks.length > numberedReasons) return this.#describe(slot, isHopeless);
    const key = 2 * lacks + (isHopeless ? 1 : 0);
    let refusal = this.#refusals.get(key);
    if (refusal === undefined) {
      refusal = this.#describe(slot, isHopeless);
      this.#refusals.set(key, refusal);
    }
    return refusal;
  }

  #describe(slot: number, isHopeless: boolean): number {
    const { podCounts, resources } = this.#cluster;
    const lacking = this.#checks.filter((check) => lack(check, slot) !== 'nothing');
    const reasons = lacking.map(({ column }) => insufficient(column.name));
    if ((podCounts[slot] as number) >= (resources.allowedPods[slot] as number)) reasons.unshift(tooManyPods);
    return this.#statuses.intern({
      code: isHopeless ? 'unresolvable' : 'unschedulable',
      plugin: this.#plugin,
      reasons,
    });
  }
}

/** `capacity`: the node would be too small even if it were empty. */
function lack({ column, amount, exact, isDelegated }: RoomCheck, slot: number): 'nothing' | 'room' | 'capacity' {
  const { wide } = column;
  if (wide === undefined) {
    const capacity = column.allocatable[slot] as number;
    if (amount <= capacity - (column.requested[slot] as number) || (isDelegated && capacity === 0)) return 'nothing';
    return amount > capacity ? 'capacity' : 'room';
  }
  const capacity = wide.allocatable[slot] as bigint;
  if (exact <= capacity - (wide.requested[slot] as bigint) || (isDelegated && capacity === 0n)) return 'nothing';
  return exact > capacity ? 'capacity' : 'room';
}

const fixedResources = 3;

function rank(index: number): number {
  return Math.min(index, fixedResources);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
