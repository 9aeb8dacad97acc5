/** Objects to Service ports: addresses, endpoints and affinity settled, nothing left to look up. */
import { inputProblems, type LoadedObjects, type Service, type Sourced } from '../../api/index.ts';
import { clusterIpRange, endpointRange } from '../networks.ts';
import type { Endpoint, ServicePort, SessionAffinity } from '../types.ts';
import { AddressAllocator } from './allocator.ts';
import { type Candidate, type PortQuery, usableEndpoints } from './candidates.ts';
import { omittedParts, skipReason } from './eligibility.ts';
import { type LabPod, labPods, podCandidates } from './pods.ts';
import { type SlicesByService, sliceCandidates, slicesByService } from './slices.ts';

export interface ResolvedServices {
  readonly services: readonly ServicePort[];
  /** What was left out or decided on the user's behalf, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Does what an API server and the endpoints controllers would do before kube-proxy looks: allocates missing cluster
 * IPs (10.96.1.0 upwards) and pod IPs (10.2.1.0 upwards), always the same for the same input, and finds the endpoints
 * of every Service port. EndpointSlices that are given win over pods.
 * @throws InputError for a cluster IP that two Services claim.
 */
export function resolveServices(loaded: LoadedObjects): ResolvedServices {
  const { pods, notes: podNotes } = labPods(loaded, new AddressAllocator(endpointRange, 'pod addresses'));
  const { slices, notes: sliceNotes } = slicesByService(loaded);
  const notes = [...podNotes, ...sliceNotes];
  const clusterIps = claimedClusterIps(loaded);
  const services: ServicePort[] = [];
  for (const { object } of loaded.objects.Service) {
    const title = `Service ${object.metadata.namespace}/${object.metadata.name}`;
    const reason = skipReason(object);
    if (reason !== undefined) {
      notes.push(`${title} is left out: ${reason}`);
      continue;
    }
    notes.push(...omittedParts(object).map((part) => `${title}: ${part} are left out`));
    const clusterIP = stated(object) ?? clusterIps.allocate();
    services.push(...servicePorts(object, clusterIP, { pods, slices, note: (text) => notes.push(`${title}${text}`) }));
  }
  return { services, notes };
}

function stated({ spec }: Service): string | undefined {
  return spec.clusterIP === undefined || spec.clusterIP === '' ? undefined : spec.clusterIP;
}

function claimedClusterIps({ objects }: LoadedObjects): AddressAllocator {
  const allocator = new AddressAllocator(clusterIpRange, 'cluster IPs');
  const owners = new Map<string, Sourced<Service>>();
  for (const service of objects.Service) {
    const ip = stated(service.object);
    if (ip === undefined || ip === 'None') continue;
    const owner = owners.get(ip);
    if (owner !== undefined) {
      const { namespace, name } = owner.object.metadata;
      const path = ['spec', 'clusterIP'];
      const message = `${ip} is already the address of ${namespace}/${name} at ${owner.at.file}:${owner.at.line}`;
      throw inputProblems([{ at: service.positionOf(path), path: path.join('.'), message }]);
    }
    owners.set(ip, service);
    allocator.reserve(ip);
  }
  return allocator;
}

interface Lookup {
  readonly pods: readonly LabPod[];
  readonly slices: SlicesByService;
  readonly note: (text: string) => void;
}

function servicePorts(service: Service, clusterIP: string, lookup: Lookup): ServicePort[] {
  const { metadata, spec } = service;
  const sessionAffinity: SessionAffinity =
    spec.sessionAffinity === 'ClientIP'
      ? { kind: 'ClientIP', timeoutSeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800 }
      : { kind: 'None' };
  return spec.ports.map((port) => {
    const { protocol, port: number, targetPort = number, name: portName = '' } = port;
    const endpoints = endpointsOf(service, { name: portName, protocol, targetPort }, lookup);
    const { namespace, name } = metadata;
    return { namespace, name, portName, protocol, clusterIP, port: number, sessionAffinity, endpoints };
  });
}

function endpointsOf(service: Service, query: PortQuery, { pods, slices, note }: Lookup): Endpoint[] {
  const { metadata, spec } = service;
  const given = slices.get(`${metadata.namespace}/${metadata.name}`);
  const label = query.name === '' ? '' : `:${query.name}`;
  const publishNotReady = spec.publishNotReadyAddresses;
  if (given !== undefined) {
    return endpointsWithNote(sliceCandidates(given, query, publishNotReady, pods), label, note);
  }
  const { candidates, unresolved } = podCandidates(pods, metadata.namespace, spec.selector ?? {}, query);
  if (unresolved > 0) {
    note(`${label}: pods without a ${query.protocol} port named '${query.targetPort}' are left out: ${unresolved}`);
  }
  const published = publishNotReady ? candidates.map((candidate) => ({ ...candidate, ready: true })) : candidates;
  return endpointsWithNote(published, label, note);
}

function endpointsWithNote(candidates: readonly Candidate[], label: string, note: (text: string) => void): Endpoint[] {
  const endpoints = usableEndpoints(candidates);
  if (endpoints.length === 0) note(`${label} has no endpoint: connections to it are refused`);
  return endpoints;
}
