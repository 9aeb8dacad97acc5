/** A device with where it stands. */
import type { Device, DeviceAttributeValue, ResourceSlice } from '../../../api/objects.ts';

export interface PoolDevice {
  readonly device: Device;
  readonly driver: string;
  readonly pool: string;
  readonly slice: ResourceSlice;
  /** `driver/pool/device`. */
  readonly id: string;
  /** Several requests can each have a share of it. */
  readonly isShared: boolean;
  /** What it takes of counters of its pool, in nanos. */
  readonly counters: readonly (readonly [string, bigint])[];
}

export function deviceId(driver: string, pool: string, device: string): string {
  return `${driver}/${pool}/${device}`;
}

export function poolId(driver: string, pool: string): string {
  return `${driver}/${pool}`;
}

/** By its full name; one of the driver's domain may be written without it. */
export function attributeOf({ device, driver }: PoolDevice, name: string): DeviceAttributeValue | undefined {
  const { attributes } = device;
  if (Object.hasOwn(attributes, name)) return attributes[name];
  const slash = name.indexOf('/');
  if (slash < 0 || name.slice(0, slash) !== driver) return undefined;
  const bare = name.slice(slash + 1);
  return Object.hasOwn(attributes, bare) ? attributes[bare] : undefined;
}

/** Equal for equal values: numbers, texts and versions that look alike are told apart. */
export function attributeKey(value: DeviceAttributeValue): string {
  return typeof value === 'object' ? `version ${value.version}` : `${typeof value} ${value}`;
}
