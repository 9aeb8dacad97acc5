/**
 * The requests of the claim that stands in for a pod's extended resources, and which of them are which container's.
 * Source: plugins/dynamicresources extendeddynamicresources.go, createRequestsAndMappings.
 */
import type { Container, DeviceRequest, ExtendedResourceClaimStatus, Pod } from '../../../api/objects.ts';
import { quantityValue } from '../../../api/quantity.ts';

type Mapping = ExtendedResourceClaimStatus['requestMappings'][number];

export interface ExtendedRequests {
  readonly requests: readonly DeviceRequest[];
  readonly mappings: readonly Mapping[];
}

/** A resource that devices of a class stand behind. */
export interface ClassResource {
  readonly resource: string;
  readonly className: string;
}

interface Asked {
  readonly name: string;
  readonly count: number;
}

/** What one container has of a resource: requests of others that it may use, and one of its own for the rest. */
interface Share {
  readonly own: Asked | undefined;
  readonly used: readonly string[];
}

/** @param resources sorted by name */
export function extendedRequests({ spec }: Pod, resources: readonly ClassResource[]): ExtendedRequests {
  const containers = [...spec.initContainers, ...spec.containers];
  const isBrief = (place: number): boolean =>
    place < spec.initContainers.length && containers[place]?.restartPolicy !== 'Always';
  const requests: DeviceRequest[] = [];
  const mappings: Mapping[] = [];
  for (const { resource, className } of resources) {
    const map = (place: number, requestName: string): void => {
      mappings.push({ containerName: containers[place]?.name ?? '', resourceName: resource, requestName });
    };
    const lasting = containers.map((container, place) =>
      isBrief(place) ? undefined : shareOf(container, place, resource, []).own,
    );
    lasting.forEach((asked, place) => {
      if (asked !== undefined) map(place, asked.name);
    });
    // Containers that run one after the other can have the same devices, and those of containers that start later.
    const brief = containers.flatMap((container, place) =>
      isBrief(place) ? [{ place, share: shareOf(container, place, resource, lasting.slice(place)) }] : [],
    );
    let most: Asked | undefined;
    for (const { share } of brief) {
      if (share.own !== undefined && (most === undefined || share.own.count > most.count)) most = share.own;
    }
    for (const { place, share } of brief) {
      for (const name of share.used) map(place, name);
      if (share.own !== undefined && most !== undefined) map(place, most.name);
    }
    for (const asked of [most, ...lasting]) if (asked !== undefined) requests.push(requestFor(asked, className));
  }
  return { requests: requests.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)), mappings };
}

/** @param reusable requests that the container may use before it asks for devices of its own */
function shareOf(
  { resources: { requests } }: Container,
  place: number,
  resource: string,
  reusable: readonly (Asked | undefined)[],
): Share {
  const wanted = Number(quantityValue(requests[resource] ?? '0'));
  const used: string[] = [];
  let had = 0;
  if (wanted === 0) return { own: undefined, used };
  for (const other of reusable) {
    if (other === undefined) continue;
    had += other.count;
    used.push(other.name);
    if (had >= wanted) return { own: undefined, used };
  }
  const index = Object.keys(requests).sort().indexOf(resource);
  return { own: { name: `container-${place}-request-${index}`, count: wanted - had }, used };
}

function requestFor({ name, count }: Asked, deviceClassName: string): DeviceRequest {
  const allocationMode = 'ExactCount';
  return {
    name,
    exactly: { deviceClassName, selectors: [], allocationMode, count, adminAccess: false, tolerations: [] },
  };
}
