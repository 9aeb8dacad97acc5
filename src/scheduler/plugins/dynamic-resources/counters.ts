/**
 * Counters that devices of a pool share, as partitions of one device do. Source: dynamic-resource-allocation structured
 * allocator_incubating.go (checkAvailableCounters), pools_incubating.go.
 */
import type { DeviceCounters } from '../../../api/objects.ts';
import { nanosOf } from './consumable-capacity.ts';
import type { PoolDevice } from './pool-device.ts';

/** Amounts of one pool, in nanos, by counter: `set/counter`. */
export type CounterAmounts = ReadonlyMap<string, bigint>;

/** The counters of a pool, and all devices of it that take some, also those that are for other nodes. */
export interface PoolCounters {
  readonly amounts: CounterAmounts;
  readonly consumers: readonly PoolDevice[];
}

const keyOf = (counterSet: string, counter: string): string => `${counterSet}/${counter}`;

export function consumedBy(counters: readonly DeviceCounters[]): readonly (readonly [string, bigint])[] {
  return counters.flatMap(({ counterSet, counters: amounts }) =>
    Object.entries(amounts).map(([name, amount]) => [keyOf(counterSet, name), nanosOf(amount)] as const),
  );
}

/** Undefined: two sets have one name, or a device takes of a counter that there is not. The pool cannot be used then. */
export function poolCounters(
  sets: readonly { readonly name: string; readonly counters: Readonly<Record<string, string>> }[],
  devices: readonly PoolDevice[],
): PoolCounters | undefined {
  if (new Set(sets.map(({ name }) => name)).size < sets.length) return undefined;
  const amounts = new Map(
    sets.flatMap(({ name, counters }) =>
      Object.entries(counters).map(([counter, amount]) => [keyOf(name, counter), nanosOf(amount)] as const),
    ),
  );
  const names = new Set(sets.map(({ name }) => name));
  const consumers = devices.filter(({ device }) => (device.consumesCounters ?? []).length > 0);
  const isKnown = consumers.every(
    ({ device, counters }) =>
      device.consumesCounters?.every(({ counterSet }) => names.has(counterSet)) &&
      counters.every(([key]) => amounts.has(key)),
  );
  return isKnown ? { amounts, consumers } : undefined;
}

/** What one search takes of the counters of a pool, beside what is allocated already. */
export class CounterLedger {
  readonly #left: Map<string, bigint>;
  /** Already allocated devices take more than there is of some counter: no other device can be had. */
  readonly #isOverdrawn: boolean;

  constructor({ amounts, consumers }: PoolCounters, isAllocated: (device: string) => boolean) {
    this.#left = new Map(amounts);
    for (const { id, counters } of consumers) if (isAllocated(id)) this.#change(counters, -1n);
    this.#isOverdrawn = [...this.#left.values()].some((left) => left < 0n);
  }

  /** Takes what the device needs, if there is as much. */
  take({ counters }: PoolDevice): boolean {
    if (this.#isOverdrawn) return false;
    this.#change(counters, -1n);
    if (counters.every(([key]) => (this.#left.get(key) ?? 0n) >= 0n)) return true;
    this.#change(counters, 1n);
    return false;
  }

  giveBack({ counters }: PoolDevice): void {
    this.#change(counters, 1n);
  }

  #change(counters: PoolDevice['counters'], sign: 1n | -1n): void {
    for (const [key, amount] of counters) this.#left.set(key, (this.#left.get(key) ?? 0n) + sign * amount);
  }
}
