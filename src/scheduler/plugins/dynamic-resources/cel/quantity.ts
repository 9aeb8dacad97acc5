/** CEL's quantities. Source: apiserver pkg/cel/library quantity.go. */
import { parseNanos } from '../../../../api/quantity.ts';

const nanosPerUnit = 1_000_000_000n;
const largest = 2n ** 63n - 1n;

export class CelQuantity {
  /** Exact, in nanos. */
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }

  /** @throws RangeError for a text that is no quantity */
  static of(text: string): CelQuantity {
    const nanos = parseNanos(text);
    if (nanos === undefined) throw new RangeError(`quantity '${text}' is invalid`);
    return new CelQuantity(nanos);
  }

  get isInteger(): boolean {
    const units = this.nanos / nanosPerUnit;
    return this.nanos % nanosPerUnit === 0n && units <= largest && units >= -largest - 1n;
  }

  /** @throws RangeError where `isInteger` is not */
  asInteger(): bigint {
    if (!this.isInteger) throw new RangeError('cannot convert value to integer');
    return this.nanos / nanosPerUnit;
  }

  asApproximateFloat(): number {
    return Number(this.nanos) / Number(nanosPerUnit);
  }

  compareTo({ nanos }: CelQuantity): -1n | 0n | 1n {
    return this.nanos < nanos ? -1n : this.nanos > nanos ? 1n : 0n;
  }

  plus(amount: CelQuantity | bigint): CelQuantity {
    return new CelQuantity(this.nanos + nanosOf(amount));
  }

  minus(amount: CelQuantity | bigint): CelQuantity {
    return new CelQuantity(this.nanos - nanosOf(amount));
  }
}

function nanosOf(amount: CelQuantity | bigint): bigint {
  return typeof amount === 'bigint' ? amount * nanosPerUnit : amount.nanos;
}
