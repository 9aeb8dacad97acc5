/** What the devices of a claim must have in common, or must not. Each grows and shrinks with the search. */
import type { DeviceConstraint } from '../../../api/objects.ts';
import { allocationErrors } from './errors.ts';
import { attributeKey, attributeOf, type PoolDevice } from './pool-device.ts';

export interface Constraint {
  /** Takes the device for a request, unless that would break the constraint. @param request `name` or `name/subrequest` */
  add(request: string, device: PoolDevice): boolean;
  /** Undoes an `add` that has succeeded. */
  remove(request: string, device: PoolDevice): void;
}

/** @throws AllocationError for one that says nothing. @param claim whose they are, for messages */
export function constraintsOf(constraints: readonly DeviceConstraint[], claim: string): Constraint[] {
  return constraints.map(({ requests, matchAttribute, distinctAttribute }, place) => {
    if (matchAttribute !== undefined) return new SameAttribute(requests, matchAttribute);
    if (distinctAttribute !== undefined) return new DistinctAttribute(requests, distinctAttribute);
    throw allocationErrors.emptyConstraint(claim, place);
  });
}

/** A constraint names requests or single subrequests; one that names none is about all. */
function concerns(requests: ReadonlySet<string>, request: string): boolean {
  if (requests.size === 0 || requests.has(request)) return true;
  const slash = request.indexOf('/');
  return slash >= 0 && requests.has(request.slice(0, slash));
}

class SameAttribute implements Constraint {
  readonly #requests: ReadonlySet<string>;
  readonly #attribute: string;
  #value = '';
  #devices = 0;

  constructor(requests: readonly string[], attribute: string) {
    this.#requests = new Set(requests);
    this.#attribute = attribute;
  }

  add(request: string, device: PoolDevice): boolean {
    if (!concerns(this.#requests, request)) return true;
    const value = attributeOf(device, this.#attribute);
    if (value === undefined) return false;
    if (this.#devices === 0) this.#value = attributeKey(value);
    else if (this.#value !== attributeKey(value)) return false;
    this.#devices += 1;
    return true;
  }

  remove(request: string): void {
    if (concerns(this.#requests, request)) this.#devices -= 1;
  }
}

class DistinctAttribute implements Constraint {
  readonly #requests: ReadonlySet<string>;
  readonly #attribute: string;
  readonly #values = new Set<string>();

  constructor(requests: readonly string[], attribute: string) {
    this.#requests = new Set(requests);
    this.#attribute = attribute;
  }

  add(request: string, device: PoolDevice): boolean {
    if (!concerns(this.#requests, request)) return true;
    const value = attributeOf(device, this.#attribute);
    if (value === undefined || this.#values.has(attributeKey(value))) return false;
    this.#values.add(attributeKey(value));
    return true;
  }

  remove(request: string, device: PoolDevice): void {
    const value = attributeOf(device, this.#attribute);
    if (value !== undefined && concerns(this.#requests, request)) this.#values.delete(attributeKey(value));
  }
}
