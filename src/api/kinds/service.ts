/** core/v1 Service. */
import { z } from 'zod';
import {
  clusterIP,
  dns1035Label,
  dnsLabel,
  portNumber,
  portReference,
  problem,
  protocol,
  strictObject,
  wholeNumber,
} from '../fields.ts';
import { objectMeta } from '../metadata.ts';
import type { KindDefinition } from './definition.ts';

const port = strictObject(
  {
    name: dnsLabel.optional(),
    protocol: protocol.default('TCP'),
    port: portNumber,
    /** Default: the same as `port`. */
    targetPort: portReference.optional(),
  },
  ['nodePort', 'appProtocol'],
);
export type ServicePortSpec = z.output<typeof port>;

const spec = strictObject(
  {
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).default('ClusterIP'),
    clusterIP: clusterIP.optional(),
    selector: z.record(z.string(), z.string()).optional(),
    ports: z.array(port).default([]),
    sessionAffinity: z.enum(['None', 'ClientIP']).default('None'),
    sessionAffinityConfig: strictObject({
      clientIP: strictObject({ timeoutSeconds: wholeNumber(1, 86_400).default(10_800) }).optional(),
    }).optional(),
    publishNotReadyAddresses: z.boolean().default(false),
    internalTrafficPolicy: z.enum(['Cluster', 'Local']).default('Cluster'),
  },
  [
    'clusterIPs',
    'ipFamilies',
    'ipFamilyPolicy',
    'externalIPs',
    'externalName',
    'externalTrafficPolicy',
    'healthCheckNodePort',
    'loadBalancerIP',
    'loadBalancerSourceRanges',
    'loadBalancerClass',
    'allocateLoadBalancerNodePorts',
    'trafficDistribution',
    'topologyKeys',
  ],
).check(({ value, issues }) => {
  if (value.type !== 'ExternalName' && value.ports.length === 0 && value.clusterIP !== 'None') {
    issues.push(problem('has no port', ['ports'], value.ports, 'at least one port'));
  }
  if (value.sessionAffinityConfig !== undefined && value.sessionAffinity !== 'ClientIP') {
    const allowed = 'only with sessionAffinity: ClientIP';
    issues.push(problem('has no effect', ['sessionAffinityConfig'], value.sessionAffinityConfig, allowed));
  }
  const seen = new Map<string, string>();
  for (const [index, entry] of value.ports.entries()) {
    if (entry.name === undefined && value.ports.length > 1) {
      issues.push(problem('is required where a Service has several ports', ['ports', index, 'name'], undefined));
    }
    const keys = [
      { key: `name ${entry.name}`, path: ['ports', index, 'name'], input: entry.name },
      { key: `port ${entry.port}/${entry.protocol}`, path: ['ports', index, 'port'], input: entry.port },
    ];
    for (const { key, path, input } of keys) {
      if (input === undefined) continue;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, `ports[${index}]`);
      else issues.push(problem(`repeats the ${key} of ${first}`, path, input));
    }
  }
});

const schema = strictObject(
  { apiVersion: z.string(), kind: z.literal('Service'), metadata: objectMeta(dns1035Label), spec },
  ['status'],
);

/** A Service with the API server's defaults filled in, except a cluster IP that it does not state. */
export type Service = z.output<typeof schema>;
export const serviceKind: KindDefinition<Service> = { kind: 'Service', apiVersions: ['v1'], schema };
