/** The requests of a claim as the search takes them: each with its class, and with the alternatives that it has. */
import type { DeviceClass, DeviceRequest, ExactDeviceRequest, ResourceClaim } from '../../../api/objects.ts';
import type { ObjectTable } from '../../cluster/object-table.ts';
import { allocationErrors } from './errors.ts';

export interface PreparedRequest {
  /** `name`, or `name/subrequest`. */
  readonly fullName: string;
  /** Of the request, or of the subrequest. */
  readonly name: string;
  readonly exact: ExactDeviceRequest;
  readonly deviceClass: DeviceClass;
}

export interface PreparedClaim {
  readonly claim: ResourceClaim;
  /** `namespace/name`. */
  readonly fullName: string;
  /** By request; the alternatives in the order of preference, one where there is no choice. */
  readonly requests: readonly (readonly PreparedRequest[])[];
}

export function fullNameOf({ metadata }: ResourceClaim): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** @throws AllocationError when a class is not there */
export function prepareClaim(claim: ResourceClaim, objects: ObjectTable): PreparedClaim {
  const fullName = fullNameOf(claim);
  const prepare = (name: string, requestName: string, exact: ExactDeviceRequest): PreparedRequest => {
    const deviceClass = objects.get('DeviceClass', '', exact.deviceClassName);
    if (deviceClass === undefined) throw allocationErrors.noClass(fullName, name, exact.deviceClassName);
    return { fullName: requestName, name, exact, deviceClass };
  };
  const requests = claim.spec.requests.map((request) =>
    request.exactly === undefined
      ? (request.firstAvailable ?? []).map((sub) => prepare(sub.name, `${request.name}/${sub.name}`, sub))
      : [prepare(request.name, request.name, request.exactly)],
  );
  return { claim, fullName, requests };
}

/** Why a claim can be allocated nowhere, as PreFilter says it; nothing when it may be. */
export function claimProblem(claim: ResourceClaim, objects: ObjectTable): string | undefined {
  for (const request of claim.spec.requests) {
    for (const [name, className] of classNames(request)) {
      if (objects.get('DeviceClass', '', className) === undefined) {
        return `request ${name}: device class ${className} does not exist`;
      }
    }
    if (request.exactly === undefined && (request.firstAvailable ?? []).length === 0) {
      return `resource claim ${fullNameOf(claim)}, request ${request.name}: unknown request type`;
    }
  }
  return undefined;
}

function classNames({ name, exactly, firstAvailable = [] }: DeviceRequest): (readonly [string, string])[] {
  if (exactly !== undefined) return [[name, exactly.deviceClassName]];
  return firstAvailable.map((sub) => [`${name}/${sub.name}`, sub.deviceClassName]);
}
