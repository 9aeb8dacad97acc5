/** Endpoints that EndpointSlices state. */
import type { EndpointSlice, LoadedObjects, SliceEndpoint } from '../../api/index.ts';
import type { Candidate, Conditions, PortQuery } from './candidates.ts';
import type { LabPod } from './pods.ts';

const serviceNameLabel = 'kubernetes.io/service-name';

/** The slices of each Service, by `namespace/name`. */
export type SlicesByService = ReadonlyMap<string, readonly EndpointSlice[]>;

export function slicesByService({ objects }: LoadedObjects): {
  readonly slices: SlicesByService;
  readonly notes: readonly string[];
} {
  const slices = new Map<string, EndpointSlice[]>();
  const notes: string[] = [];
  for (const { object: slice } of objects.EndpointSlice) {
    const { namespace, name, labels } = slice.metadata;
    const service = labels[serviceNameLabel];
    if (service === undefined) {
      notes.push(`EndpointSlice ${namespace}/${name} is not used: it has no label ${serviceNameLabel}`);
    } else if (slice.addressType !== 'IPv4') {
      notes.push(`EndpointSlice ${namespace}/${name} is not used: its addresses are ${slice.addressType}, not IPv4`);
    } else {
      const key = `${namespace}/${service}`;
      slices.set(key, [...(slices.get(key) ?? []), slice]);
    }
  }
  return { slices, notes };
}

/** Endpoints of the slices' port of the same name and protocol; kube-proxy uses the first address of each. */
export function sliceCandidates(
  slices: readonly EndpointSlice[],
  query: PortQuery,
  publishNotReady: boolean,
  pods: readonly LabPod[],
): Candidate[] {
  return slices.flatMap((slice) => {
    const port = slice.ports.find(({ name, protocol }) => name === query.name && protocol === query.protocol)?.port;
    if (port === undefined) return [];
    return slice.endpoints.flatMap((endpoint) => {
      const ip = endpoint.addresses[0];
      if (ip === undefined) return [];
      const weight = weightOf(endpoint, slice.metadata.namespace, pods);
      const conditions = conditionsOf(endpoint);
      return [{ ...conditions, ready: conditions.ready || publishNotReady, endpoint: { ip, port, weight } }];
    });
  });
}

function conditionsOf({ conditions }: SliceEndpoint): Conditions {
  const ready = conditions.ready ?? true;
  return { ready, serving: conditions.serving ?? ready, terminating: conditions.terminating ?? false };
}

/** The weight of the pod behind the endpoint, where that pod is among the objects. */
function weightOf(endpoint: SliceEndpoint, namespace: string, pods: readonly LabPod[]): number {
  const { kind, name } = endpoint.targetRef ?? {};
  if (kind !== 'Pod') return 1;
  return pods.find((pod) => pod.namespace === namespace && pod.name === name)?.weight ?? 1;
}
