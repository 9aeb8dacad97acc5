/** core/v1 Node, as nodes are written and as `kubectl get` gives them. */
import { z } from 'zod';
import { resourceList, strictObject, wholeNumber } from '../fields.ts';
import { clusterMeta } from '../metadata.ts';
import type { Node } from '../objects.ts';
import type { KindDefinition } from './definition.ts';
import { taint } from './pod/affinity.ts';

const spec = strictObject({ unschedulable: z.boolean().default(false), taints: z.array(taint).default([]) }, [
  'podCIDR',
  'podCIDRs',
  'providerID',
  'configSource',
  'externalID',
]).transform(({ unschedulable, taints }) => ({ unschedulable, taints }));

const image = strictObject({
  names: z.array(z.string()).default([]),
  sizeBytes: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0),
});

/** What a node can give defaults to what it has. */
const status = strictObject(
  {
    capacity: resourceList.default({}),
    allocatable: resourceList.optional(),
    images: z.array(image).default([]),
    declaredFeatures: z.array(z.string()).exactOptional(),
  },
  [
    'phase',
    'conditions',
    'addresses',
    'daemonEndpoints',
    'nodeInfo',
    'volumesInUse',
    'volumesAttached',
    'config',
    'runtimeHandlers',
    'features',
  ],
).transform(({ capacity, allocatable, images, declaredFeatures }) => ({
  capacity,
  allocatable: allocatable ?? capacity,
  images,
  ...(declaredFeatures === undefined ? {} : { declaredFeatures }),
}));

const schema: z.ZodType<Node> = strictObject({
  apiVersion: z.string(),
  kind: z.literal('Node'),
  metadata: clusterMeta,
  spec: spec.prefault({}),
  status: status.prefault({}),
});

export const nodeKind: KindDefinition<Node> = { kind: 'Node', apiVersions: ['v1'], schema };
