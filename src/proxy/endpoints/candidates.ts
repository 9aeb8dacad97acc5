/** An endpoint that a Service might use, with what decides whether it does. */
import type { Endpoint, Protocol } from '../types.ts';

/** EndpointSlice conditions with the API's meaning of absent ones already applied. */
export interface Conditions {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

export interface Candidate extends Conditions {
  readonly endpoint: Endpoint;
}

/**
 * kube-proxy's choice under the Cluster traffic policy (pkg/proxy/topology.go CategorizeEndpoints): the ready ones;
 * when there is none, those that still serve while they terminate. Topology hints need a node with a zone, which a
 * lab has not. In the order of their address text and without repetition, as kube-proxy sorts them.
 */
export function usableEndpoints(candidates: readonly Candidate[]): Endpoint[] {
  const ready = candidates.filter((candidate) => candidate.ready);
  const chosen = ready.length > 0 ? ready : candidates.filter(({ serving, terminating }) => serving && terminating);
  const byAddress = new Map(chosen.map(({ endpoint }) => [`${endpoint.ip}:${endpoint.port}`, endpoint]));
  return [...byAddress].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

/** A Service port as its endpoints are looked up for it. */
export interface PortQuery {
  readonly name: string;
  readonly protocol: Protocol;
  readonly targetPort: number | string;
}
