/** What a selector sees of a device. Source: dynamic-resource-allocation cel/compile.go. */
import type { Device, DeviceAttributeValue } from '../../../../api/objects.ts';
import { CelQuantity } from './quantity.ts';
import { CelSemver } from './semver.ts';

/** By domain, then by name. A domain that the device does not know is an empty map, but it is not among the keys. */
export class Domains extends Map<string, Readonly<Record<string, unknown>>> {
  override get(domain: string): Readonly<Record<string, unknown>> {
    return super.get(domain) ?? nothing;
  }
}

const nothing: Readonly<Record<string, unknown>> = {};

export class CelDevice {
  readonly driver: string;
  readonly allowMultipleAllocations: boolean;
  readonly attributes: Domains;
  readonly capacity: Domains;

  constructor(driver: string, { attributes, capacity, allowMultipleAllocations = false }: Device) {
    this.driver = driver;
    this.allowMultipleAllocations = allowMultipleAllocations;
    this.attributes = byDomain(driver, attributes, attributeValue);
    this.capacity = byDomain(driver, capacity, (quantity) => CelQuantity.of(quantity));
  }
}

/** A name without a domain has the driver's. */
function byDomain<T>(driver: string, values: Readonly<Record<string, T>>, convert: (value: T) => unknown): Domains {
  const domains = new Map<string, Record<string, unknown>>();
  for (const [name, value] of Object.entries(values)) {
    const slash = name.indexOf('/');
    const domain = slash < 0 ? driver : name.slice(0, slash);
    const known = domains.get(domain) ?? {};
    known[name.slice(slash + 1)] = convert(value);
    domains.set(domain, known);
  }
  return new Domains(domains);
}

function attributeValue(value: DeviceAttributeValue): unknown {
  if (typeof value === 'number') return BigInt(value);
  if (typeof value !== 'object') return value;
  const version = CelSemver.parse(value.version);
  if (version === undefined) throw new RangeError(`parse semantic version: '${value.version}' is none`);
  return version;
}
