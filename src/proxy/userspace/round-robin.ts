/** Which endpoint a new flow gets. Pure: the time is told, nothing is drawn. */
import type { SessionAffinity } from '../types.ts';

/** Where an endpoint listens. */
export interface EndpointAddress {
  readonly ip: string;
  readonly port: number;
}

/** The endpoint that a client is bound to by ClientIP affinity. */
interface Session {
  readonly endpoint: string;
  readonly lastUsedMs: number;
}

export function endpointKey({ ip, port }: EndpointAddress): string {
  return `${ip}:${port}`;
}

/**
 * The balancer of kube-proxy's user-space mode (pkg/proxy/userspace/roundrobin.go until 1.25): endpoints in turn, or
 * with ClientIP affinity the one that the client had, as long as it was used within the timeout. One difference: when
 * endpoints change, kube-proxy shuffles them and starts over; here the turn goes on with the endpoint that was next, or
 * the first survivor behind it, so that the sequence is reproducible and a rolling update favours nobody.
 */
export class RoundRobin {
  #endpoints: readonly EndpointAddress[] = [];
  #affinity: SessionAffinity = { kind: 'None' };
  #next = 0;
  /** By client address, the least recently used first. */
  readonly #sessions = new Map<string, Session>();

  constructor(endpoints: readonly EndpointAddress[], affinity: SessionAffinity) {
    this.update(endpoints, affinity);
  }

  /** The endpoint for a new flow of `clientIp` at time `nowMs`; undefined when there is none. */
  next(clientIp: string, nowMs: number): EndpointAddress | undefined {
    if (this.#affinity.kind === 'None') return this.#turn();
    const timeoutMs = this.#affinity.timeoutSeconds * 1000;
    this.#expire(nowMs - timeoutMs);
    const session = this.#sessions.get(clientIp);
    const bound = this.#endpoints.find((endpoint) => endpointKey(endpoint) === session?.endpoint);
    const endpoint = bound ?? this.#turn();
    if (endpoint === undefined) return undefined;
    this.#sessions.delete(clientIp);
    this.#sessions.set(clientIp, { endpoint: endpointKey(endpoint), lastUsedMs: nowMs });
    return endpoint;
  }

  /** Ends a client's session: its endpoint did not answer. */
  forget(clientIp: string): void {
    this.#sessions.delete(clientIp);
  }

  /** Replaces the endpoints; sessions with those that stay go on. */
  update(endpoints: readonly EndpointAddress[], affinity: SessionAffinity): void {
    const places = new Map(endpoints.map((endpoint, place) => [endpointKey(endpoint), place]));
    this.#next = this.#survivor(places) ?? 0;
    this.#endpoints = endpoints;
    this.#affinity = affinity;
    for (const [clientIp, { endpoint }] of this.#sessions) {
      if (affinity.kind === 'None' || !places.has(endpoint)) this.#sessions.delete(clientIp);
    }
  }

  /** Whether a flow to this endpoint may go on. */
  has(endpoint: EndpointAddress): boolean {
    return this.#endpoints.some(({ ip, port }) => ip === endpoint.ip && port === endpoint.port);
  }

  #turn(): EndpointAddress | undefined {
    const endpoint = this.#endpoints[this.#next];
    if (endpoint !== undefined) this.#next = (this.#next + 1) % this.#endpoints.length;
    return endpoint;
  }

  /** The new place of the first endpoint, from the next one on, that is still there. */
  #survivor(places: ReadonlyMap<string, number>): number | undefined {
    for (const [offset] of this.#endpoints.entries()) {
      const endpoint = this.#endpoints[(this.#next + offset) % this.#endpoints.length];
      const place = endpoint === undefined ? undefined : places.get(endpointKey(endpoint));
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Drops sessions last used at or before `thresholdMs`. */
  #expire(thresholdMs: number): void {
    for (const [clientIp, { lastUsedMs }] of this.#sessions) {
      if (lastUsedMs > thresholdMs) return;
      this.#sessions.delete(clientIp);
    }
  }
}
