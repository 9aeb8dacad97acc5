/** The kinds that are read. A kind that is not listed here is left aside and named in a note. */
import type { KindDefinition } from './definition.ts';
import { type Deployment, deploymentKind } from './deployment.ts';
import { type EndpointSlice, endpointSliceKind } from './endpoint-slice.ts';
import { type Pod, podKind } from './pod.ts';
import { type Service, serviceKind } from './service.ts';

/** Kind to object type; a new kind is one line here and one below. */
export interface ObjectTypes {
  readonly Service: Service;
  readonly Deployment: Deployment;
  readonly Pod: Pod;
  readonly EndpointSlice: EndpointSlice;
}
export type KindName = keyof ObjectTypes;

export const kinds: { readonly [K in KindName]: KindDefinition<ObjectTypes[K]> } = {
  Service: serviceKind,
  Deployment: deploymentKind,
  Pod: podKind,
  EndpointSlice: endpointSliceKind,
};

export function isKnownKind(kind: string): kind is KindName {
  return Object.hasOwn(kinds, kind);
}
