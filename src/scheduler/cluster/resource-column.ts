/** One resource over all nodes: what each has and what its pods ask for. */
import { grownBigInt64, grownFloat64 } from './growable.ts';

/**
 * Up to here a number, a hundred times it, and whole quotients of the two are exact in a double: 64 TiB in bytes. A
 * column that holds more keeps its amounts as 64-bit integers too, and plugins then compute with those.
 */
export const narrowLimit = 2 ** 46;

/** Amounts as 64-bit integers, beside the doubles that are then only near them. */
export interface WideAmounts {
  readonly allocatable: BigInt64Array;
  readonly requested: BigInt64Array;
}

export class ResourceColumn {
  readonly name: string;
  #allocatable: Float64Array;
  #requested: Float64Array;
  #wide: WideAmounts | undefined;

  constructor(name: string, capacity: number) {
    this.name = name;
    this.#allocatable = new Float64Array(capacity);
    this.#requested = new Float64Array(capacity);
  }

  /** By slot. */
  get allocatable(): Float64Array {
    return this.#allocatable;
  }

  /** By slot: the sum over the pods of the node. */
  get requested(): Float64Array {
    return this.#requested;
  }

  /** Defined once an amount has passed `narrowLimit`. */
  get wide(): WideAmounts | undefined {
    return this.#wide;
  }

  setAllocatable(slot: number, amount: bigint): void {
    this.#allocatable[slot] = Number(amount);
    if (this.#wide !== undefined) this.#wide.allocatable[slot] = amount;
    else if (amount > narrowLimit) this.#widen().allocatable[slot] = amount;
  }

  /** `exact` is `amount` without rounding; both are negative when a pod leaves. */
  addRequested(slot: number, amount: number, exact: bigint): void {
    const wide = this.#wide ?? (Math.abs(amount) > narrowLimit ? this.#widen() : undefined);
    if (wide !== undefined) {
      const sum = (wide.requested[slot] as bigint) + exact;
      wide.requested[slot] = sum;
      this.#requested[slot] = Number(sum);
      return;
    }
    const sum = (this.#requested[slot] as number) + amount;
    this.#requested[slot] = sum;
    if (sum > narrowLimit) this.#widen();
  }

  grow(capacity: number): void {
    this.#allocatable = grownFloat64(this.#allocatable, capacity);
    this.#requested = grownFloat64(this.#requested, capacity);
    if (this.#wide !== undefined) {
      this.#wide = {
        allocatable: grownBigInt64(this.#wide.allocatable, capacity),
        requested: grownBigInt64(this.#wide.requested, capacity),
      };
    }
  }

  #widen(): WideAmounts {
    const whole = (amounts: Float64Array): BigInt64Array => BigInt64Array.from(amounts, (amount) => BigInt(amount));
    this.#wide = { allocatable: whole(this.#allocatable), requested: whole(this.#requested) };
    return this.#wide;
  }
}
