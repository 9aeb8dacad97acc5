/**
 * How much of a device's capacities a request takes, where several requests can share the device. Amounts are exact;
 * steps are counted in whole units. Source: dynamic-resource-allocation structured consumable_capacity.go.
 */
import type { CapacityRequestPolicy, ResourceList } from '../../../api/objects.ts';
import { formatQuantity, parseNanos, quantityValue } from '../../../api/quantity.ts';
import type { PoolDevice } from './pool-device.ts';

/** By name of the capacity, in nanos. */
export type CapacityAmounts = ReadonlyMap<string, bigint>;

/** What is taken of each capacity of a device, as the claim's status will have it. */
export type Consumption = ResourceList;

const noRequests: ResourceList = {};

/** Undefined: the device is not for this request, whatever is left of it. */
export function consumptionOf({ device }: PoolDevice, requests: ResourceList = noRequests): Consumption | undefined {
  for (const name of Object.keys(requests)) if (!Object.hasOwn(device.capacity, name)) return undefined;
  const consumption: Record<string, string> = {};
  for (const [name, value] of Object.entries(device.capacity)) {
    const policy = device.requestPolicies?.[name];
    const amount = amountOf(requests[name], value, policy);
    if (policy !== undefined && violates(amount, policy)) return undefined;
    consumption[name] = amount;
  }
  return consumption;
}

/** Whether every request takes all of the device, so that nothing needs to be counted. */
export function isTakenWhole({ device, isShared }: PoolDevice, requests: ResourceList | undefined): boolean {
  return !isShared && requests === undefined && device.requestPolicies === undefined;
}

/** Whether it can be had beside what others have. */
export function hasRoom(
  { device }: PoolDevice,
  consumption: Consumption,
  ...taken: readonly CapacityAmounts[]
): boolean {
  return Object.entries(device.capacity).every(([name, value]) => {
    let sum = nanosOf(consumption[name] ?? '0');
    for (const amounts of taken) sum += amounts.get(name) ?? 0n;
    return sum <= nanosOf(value);
  });
}

export function nanosOf(quantity: string): bigint {
  return parseNanos(quantity) ?? 0n;
}

/** What several requests have of one device together. */
export class SharedUse {
  readonly amounts = new Map<string, bigint>();
  /** How many there are. */
  shares = 0;

  add(consumption: Consumption, sign: 1 | -1): void {
    this.shares += sign;
    for (const [name, amount] of Object.entries(consumption)) {
      this.amounts.set(name, (this.amounts.get(name) ?? 0n) + BigInt(sign) * nanosOf(amount));
    }
  }
}

function amountOf(request: string | undefined, whole: string, policy: CapacityRequestPolicy | undefined): string {
  if (request === undefined) return policy?.default ?? whole;
  const { validRange, validValues } = policy ?? {};
  if (validRange?.min !== undefined) return inRange(request, validRange.min, validRange.step);
  return validValues?.find((valid) => nanosOf(request) <= nanosOf(valid)) ?? request;
}

/** The least that is allowed, or so many steps more. */
function inRange(request: string, min: string, step: string | undefined): string {
  if (nanosOf(request) < nanosOf(min)) return min;
  if (step === undefined) return request;
  const [from, by] = [quantityValue(min), quantityValue(step)];
  const steps = (quantityValue(request) - from + by - 1n) / by;
  return formatQuantity(from + by * steps, 'BinarySI');
}

function violates(amount: string, { default: usual, validRange, validValues }: CapacityRequestPolicy): boolean {
  const nanos = nanosOf(amount);
  if (usual !== undefined && nanosOf(usual) === nanos) return false;
  if (validRange !== undefined) {
    const { min = '0', max, step } = validRange;
    if (max !== undefined && nanos > nanosOf(max)) return true;
    return step !== undefined && (quantityValue(amount) - quantityValue(min)) % quantityValue(step) !== 0n;
  }
  return validValues !== undefined && validValues.length > 0 && !validValues.some((valid) => nanosOf(valid) === nanos);
}
