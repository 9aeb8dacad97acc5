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

/** Statuses are remembered by a number with a bit per check; with more checks than this they are looked up by their texts. */
const rememberedChecks = 8;

/** The checks of the pods of one shape. */
export class RoomChecks {
  readonly #cluster: ClusterState;
  readonly #statuses: StatusTable;
  readonly #plugin: string;
  readonly #checks: readonly RoomCheck[];
  /** Numbers of statuses by what is lacking. */
  readonly #refusals: number[] = [];

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
    const checks = this.#checks;
    if (checks.length === 0 || !checks.every(isNarrow)) {
      this.#filterOneByOne(block, verdicts);
      return;
    }
    for (let place = 0; place < checks.length; place += 2) {
      const first = checks[place] as RoomCheck;
      this.#filterPair(block, verdicts, first, checks[place + 1] ?? first);
    }
  }

  /** By the number of pods and by two resources of which no amount is too large for doubles. */
  #filterPair(block: NodeBlock, verdicts: Int32Array, a: RoomCheck, b: RoomCheck): void {
    const place = this.#firstWithoutRoom(block, a, b);
    // Mostly all of them have room, and nothing has to be moved.
    if (place < block.count) this.#filterPairFrom(place, block, verdicts, a, b);
  }

  /** Its place in the block. */
  #firstWithoutRoom({ slots, count }: NodeBlock, a: RoomCheck, b: RoomCheck): number {
    const { podCounts, resources } = this.#cluster;
    const { allowedPods } = resources;
    const { amount: amountA } = a;
    const { amount: amountB } = b;
    const { allocatable: capacityA, requested: usedA } = a.column;
    const { allocatable: capacityB, requested: usedB } = b.column;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      const hasRoom =
        (podCounts[slot] as number) < (allowedPods[slot] as number) &&
        amountA <= (capacityA[slot] as number) - (usedA[slot] as number) &&
        amountB <= (capacityB[slot] as number) - (usedB[slot] as number);
      if (!hasRoom) return place;
    }
    return count;
  }

  #filterPairFrom(first: number, block: NodeBlock, verdicts: Int32Array, a: RoomCheck, b: RoomCheck): void {
    const { podCounts, resources } = this.#cluster;
    const { slots, count } = block;
    const { allowedPods } = resources;
    const { amount: amountA } = a;
    const { amount: amountB } = b;
    const { allocatable: capacityA, requested: usedA } = a.column;
    const { allocatable: capacityB, requested: usedB } = b.column;
    const refusals = this.#refusals;
    const isAll = this.#checks.length <= 2;
    const bitB = a === b ? bitOf(0) : bitOf(1);
    let kept = first;
    for (let place = first; place < count; place += 1) {
      const slot = slots[place] as number;
      const isFull = (podCounts[slot] as number) >= (allowedPods[slot] as number);
      const allA = capacityA[slot] as number;
      const allB = capacityB[slot] as number;
      const lacksA = amountA > allA - (usedA[slot] as number);
      const lacksB = amountB > allB - (usedB[slot] as number);
      if (!isFull && !lacksA && !lacksB) {
        slots[kept++] = slot;
      } else {
        const isHopeless = amountA > allA || amountB > allB;
        const lacking =
          (isHopeless ? hopelessBit : 0) | (isFull ? podsBit : 0) | (lacksA ? bitOf(0) : 0) | (lacksB ? bitB : 0);
        verdicts[slot] = (isAll ? refusals[lacking] : undefined) ?? this.#refusal(slot);
      }
    }
    block.count = kept;
  }

  #filterOneByOne(block: NodeBlock, verdicts: Int32Array): void {
    const { slots, count } = block;
    let kept = 0;
    for (let place = 0; place < count; place += 1) {
      const slot = slots[place] as number;
      if (this.#hasRoom(slot)) slots[kept++] = slot;
      else verdicts[slot] = this.#refusal(slot);
    }
    block.count = kept;
  }

  #hasRoom(slot: number): boolean {
    if (this.#isFullOfPods(slot)) return false;
    for (const check of this.#checks) if (lackOf(check, slot) !== lackNothing) return false;
    return true;
  }

  #isFullOfPods(slot: number): boolean {
    const { podCounts, resources } = this.#cluster;
    return (podCounts[slot] as number) >= (resources.allowedPods[slot] as number);
  }

  #refusal(slot: number): number {
    const checks = this.#checks;
    if (checks.length > rememberedChecks) return this.#describe(slot);
    let lacking = this.#isFullOfPods(slot) ? podsBit : 0;
    for (let place = 0; place < checks.length; place += 1) {
      const lack = lackOf(checks[place] as RoomCheck, slot);
      if (lack === lackNothing) continue;
      lacking |= bitOf(place);
      if (lack === lackCapacity) lacking |= hopelessBit;
    }
    let refusal = this.#refusals[lacking];
    if (refusal === undefined) {
      refusal = this.#describe(slot);
      this.#refusals[lacking] = refusal;
    }
    return refusal;
  }

  #describe(slot: number): number {
    const lacking = this.#checks.filter((check) => lackOf(check, slot) !== lackNothing);
    const reasons = lacking.map(({ column }) => insufficient(column.name));
    if (this.#isFullOfPods(slot)) reasons.unshift(tooManyPods);
    const isHopeless = lacking.some((check) => lackOf(check, slot) === lackCapacity);
    return this.#statuses.intern({
      code: isHopeless ? 'unresolvable' : 'unschedulable',
      plugin: this.#plugin,
      reasons,
    });
  }
}

// What is lacking, as a number: a bit each.
const hopelessBit = 1;
const podsBit = 2;

function bitOf(check: number): number {
  return 4 << check;
}

function isNarrow({ column, isDelegated }: RoomCheck): boolean {
  return column.wide === undefined && !isDelegated;
}

const lackNothing = 0;
/** It would have room if it were emptier. */
const lackRoom = 1;
/** It would be too small even if it were empty. */
const lackCapacity = 2;

function lackOf({ column, amount, exact, isDelegated }: RoomCheck, slot: number): number {
  const { wide } = column;
  if (wide === undefined) {
    const capacity = column.allocatable[slot] as number;
    if (amount <= capacity - (column.requested[slot] as number) || (isDelegated && capacity === 0)) return lackNothing;
    return amount > capacity ? lackCapacity : lackRoom;
  }
  const capacity = wide.allocatable[slot] as bigint;
  if (exact <= capacity - (wide.requested[slot] as bigint) || (isDelegated && capacity === 0n)) return lackNothing;
  return exact > capacity ? lackCapacity : lackRoom;
}

const fixedResources = 3;

function rank(index: number): number {
  return Math.min(index, fixedResources);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
