/** discovery.k8s.io/v1 EndpointSlice: the endpoints of a Service as a cluster reports them. */
import { z } from 'zod';
import { dnsLabel, ipv4Address, portNumber, problem, protocol, strictObject } from '../fields.ts';
import { objectMeta } from '../metadata.ts';
import type { KindDefinition } from './definition.ts';

const endpoint = strictObject(
  {
    addresses: z.array(z.string()).min(1),
    /** Absent conditions mean what the API says: ready true, serving as ready, terminating false. */
    conditions: strictObject({
      ready: z.boolean().optional(),
      serving: z.boolean().optional(),
      terminating: z.boolean().optional(),
    }).prefault({}),
    nodeName: z.string().optional(),
    targetRef: z.looseObject({ kind: z.string().optional(), name: z.string().optional() }).optional(),
  },
  ['hostname', 'zone', 'hints', 'deprecatedTopology'],
);
export type SliceEndpoint = z.output<typeof endpoint>;

const port = strictObject(
  {
    name: z.union([z.literal(''), dnsLabel]).default(''),
    protocol: protocol.default('TCP'),
    port: portNumber.optional(),
  },
  ['appProtocol'],
);

const schema = strictObject({
  apiVersion: z.string(),
  kind: z.literal('EndpointSlice'),
  metadata: objectMeta(),
  addressType: z.enum(['IPv4', 'IPv6', 'FQDN']),
  endpoints: z.array(endpoint).default([]),
  ports: z.array(port).default([]),
}).check(({ value, issues }) => {
  if (value.addressType !== 'IPv4') return;
  for (const [index, { addresses }] of value.endpoints.entries()) {
    for (const [position, address] of addresses.entries()) {
      if (ipv4Address.safeParse(address).success) continue;
      const path = ['endpoints', index, 'addresses', position];
      issues.push(problem('is not an IPv4 address', path, address, 'IPv4 addresses, as addressType says'));
    }
  }
});

export type EndpointSlice = z.output<typeof schema>;
export const endpointSliceKind: KindDefinition<EndpointSlice> = {
  kind: 'EndpointSlice',
  apiVersions: ['discovery.k8s.io/v1'],
  schema,
};
