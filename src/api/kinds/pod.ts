/** core/v1 Pod, as far as Service networking needs it. */
import { z } from 'zod';
import { dnsLabel, ipv4Address, portName, portNumber, protocol, strictObject } from '../fields.ts';
import { objectMeta, templateMeta } from '../metadata.ts';
import type { KindDefinition } from './definition.ts';

const containerPort = strictObject(
  { name: portName.optional(), containerPort: portNumber, protocol: protocol.default('TCP') },
  ['hostPort', 'hostIP'],
);

/** Only what is read is checked: the other hundred fields of a pod spec pass as they are. */
const podSpec = z.looseObject({
  nodeName: z.string().optional(),
  containers: z.array(z.looseObject({ name: dnsLabel, ports: z.array(containerPort).default([]) })),
});
export type PodSpec = z.output<typeof podSpec>;

/** The part of a workload that pods are made from. */
export const podTemplate = z.looseObject({ metadata: templateMeta.prefault({}), spec: podSpec });

const status = z.looseObject({
  phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).optional(),
  podIP: ipv4Address.optional(),
  conditions: z.array(z.looseObject({ type: z.string(), status: z.enum(['True', 'False', 'Unknown']) })).default([]),
});

const schema = strictObject({
  apiVersion: z.string(),
  kind: z.literal('Pod'),
  metadata: objectMeta(),
  spec: podSpec,
  status: status.optional(),
});

export type Pod = z.output<typeof schema>;
export const podKind: KindDefinition<Pod> = { kind: 'Pod', apiVersions: ['v1'], schema };
